from django.apps import AppConfig
from django.db.models.signals import post_migrate

from .roles import make_roles


class NewsroomConfig(AppConfig):
    name = "stoppress.newsroom"
    verbose_name = "Newsroom"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(make_roles, sender=self)
