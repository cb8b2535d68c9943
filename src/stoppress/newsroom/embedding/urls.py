"""The addresses of the pages for frames, and of the script that inserts a frame."""

from django.urls import path

from . import script, views

urlpatterns = [
    path("embed/section/<slug:slug>/", views.section, name="embed_section"),
    path("embed/articles/<number:pk>/", views.story, name="embed_story"),
    path("embed/frame.js", script.frame_script, name="embed_script"),
]
