from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from stoppress.site.accounts.reset import reset_second_factor


class Command(BaseCommand):
    help = (
        "Remove a user's second factor, recovery codes and link with the provider of single "
        "sign-on, after the loss of a telephone."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user's name")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name!r}.")
        if reset_second_factor(user):
            self.stdout.write(f"{name} signs in with the password alone, and can set up another.")
        else:
            self.stdout.write(f"{name} had no second factor.")
