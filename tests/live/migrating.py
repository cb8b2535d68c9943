"""Django's commands on a fresh database: `python -m tests.live.migrating ADDRESS COMMAND …`."""

import sys

import django
import environ
from django.conf import settings
from django.core.management import call_command


def main(address: str, *commands: str) -> None:
    """Run commands in one process; print how many installations there are in the end."""
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "stoppress.live"],
        DATABASES={"default": environ.Env.db_url_config(address)},
        USE_TZ=True,
    )
    django.setup()
    for command in commands:
        call_command(*command.split(), interactive=False, verbosity=0, skip_checks=True)
    from stoppress.live.models import Installation

    print(Installation.objects.count())


if __name__ == "__main__":
    main(*sys.argv[1:])
