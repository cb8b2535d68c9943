from typing import Any

from django.core.management.base import BaseCommand

from stoppress.site.signing_in.models import KeySeal


class Command(BaseCommand):
    help = "Take this environment's secret key for the key of all servers of the database."

    def handle(self, **options: Any) -> None:
        changed = KeySeal.is_of_another_key()
        KeySeal.renew()
        told = (
            "From now on servers start with this secret key only. Restart them with it: whoever is "
            "signed in signs in again."
            if changed
            else "This is the secret key that the servers have already."
        )
        self.stdout.write(told)
