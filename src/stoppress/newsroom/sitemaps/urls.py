"""The addresses of sitemaps and robots.txt. Crawlers expect robots.txt at the host's root."""

from django.urls import path

from .views import index, news_map, robots, sitemap_part

urlpatterns = [
    path("sitemap.xml", index, name="sitemap"),
    path("sitemap-news.xml", news_map, name="sitemap_news"),
    path("sitemap-<slug:kind>-<number:part>.xml", sitemap_part, name="sitemap_part"),
    path("robots.txt", robots, name="robots"),
]
