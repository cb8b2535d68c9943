from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "stoppress.ingest"
    verbose_name = "Sources"
    default_auto_field = "django.db.models.BigAutoField"
