from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

from .older_processes import TRIGGER, VIEW
from .roles import make_roles
from .search_table import INDEX, TRIGGERS


class NewsroomConfig(AppConfig):
    name = "stoppress.newsroom"
    verbose_name = _("Newsroom")
    default_auto_field = "django.db.models.BigAutoField"
    # The triggers, views and virtual tables of the migrations: `restore` accepts them in a backup.
    acting_sql = (VIEW, TRIGGER, INDEX, *TRIGGERS)

    def ready(self) -> None:
        post_migrate.connect(make_roles, sender=self)
        # Each app with a module `audited` adds its own models to the audit.
        autodiscover_modules("audited")
