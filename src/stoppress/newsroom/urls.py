"""The addresses of the readers' pages. None contains text of an article."""

from django.urls import path

from . import views

app_name = "newsroom"

urlpatterns = [
    path("", views.front, name="front"),
    path("section/<slug:slug>/", views.section, name="section"),
    path("topic/<slug:slug>/", views.topic, name="topic"),
    path("articles/<int:pk>/", views.article, name="article"),
    path("articles/<int:pk>/history/<int:before>..<int:after>/", views.changes, name="changes"),
]
