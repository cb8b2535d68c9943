"""The reader's addresses; none has a word of an article in it."""

from django.urls import path

from . import views

app_name = "newsroom"

urlpatterns = [
    path("", views.front, name="front"),
    path("section/<slug:slug>/", views.section, name="section"),
    path("articles/<int:pk>/", views.article, name="article"),
]
