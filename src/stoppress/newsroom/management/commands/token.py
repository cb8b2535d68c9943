"""`stoppress token NAME`: make, renew and revoke the publish API's tokens."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import NAME_CHARS, check_name


class Command(BaseCommand):
    help = "Print a new API token, once, as the last line of standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=f"who uses it; at most {NAME_CHARS} characters, unique")
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--renew", action="store_true", help="a new secret for NAME; the old one stops working"
        )
        choice.add_argument("--revoke", action="store_true", help="make NAME's token worthless")

    def handle(self, *args: Any, name: str, renew: bool, revoke: bool, **options: Any) -> None:
        name = name.strip()
        try:
            check_name(name)  # before any look-up: a database cannot even search for some texts
        except ValueError as error:
            raise CommandError(str(error)) from error
        token = ApiToken.objects.filter(name=name).first()
        if revoke or renew:
            if token is None:
                raise CommandError(f"There is no token named {name!r}.")
            if revoke:
                token.revoke()
                self.stderr.write(f"The token of {name} is revoked.")
            else:
                self.show(token.renew())
            return
        if token is not None:
            raise CommandError(
                f"There is a token named {name!r} already; `stoppress manage token "
                "NAME --renew` replaces it."
            )
        self.show(ApiToken.issue(name)[1])

    def show(self, secret: str) -> None:
        """Print a secret alone on standard output, so that a script can take it."""
        self.stderr.write("Keep this token; it is not shown again:")
        self.stdout.write(secret)
