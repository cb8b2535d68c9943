"""`stoppress token NAME`: create, renew and revoke tokens of the publish API."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stoppress.newsroom.language import in_english
from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import LONGEST_DAYS, NAME_CHARS, Scope, check_name

SCOPES = ", ".join(Scope.values)


def scope(text: str) -> Scope:
    """Parse a comma-separated list of scopes, and return the widest."""
    try:
        return widest([Scope(word.strip()) for word in text.split(",")])
    except ValueError as error:
        raise ArgumentTypeError(f"a scope is one of {SCOPES}; {error}") from error


def widest(scopes: list[Scope]) -> Scope:
    """Return the scope that includes all the others."""
    return max(scopes, key=list(Scope).index)


def days(text: str) -> int:
    """Parse a number of days."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
    if not 0 <= number <= LONGEST_DAYS:
        raise ArgumentTypeError(f"days must be a whole number from 0 (no end) to {LONGEST_DAYS}")
    return number


def span(number: int) -> timedelta | None:
    """Return a token's lifetime; None for a token that does not expire."""
    return timedelta(days=number) if number else None


class Command(BaseCommand):
    help = "Create an API token, and print it once, as the last line of standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=f"who uses it; at most {NAME_CHARS} characters, unique")
        parser.add_argument(
            "--scope",
            type=scope,
            action="append",
            metavar="S",
            help=f"its scope: {SCOPES}; each includes the ones before it (default: publish)",
        )
        parser.add_argument(
            "--days",
            type=days,
            metavar="N",
            help="expires after N days; 0 means never (default: never)",
        )
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--renew",
            action="store_true",
            help="give NAME a new secret, and end the old one; scope and days stay, unless given",
        )
        choice.add_argument("--revoke", action="store_true", help="end NAME's token now")

    def handle(self, *args: Any, name: str, renew: bool, revoke: bool, **options: Any) -> None:
        name = name.strip()
        chosen = widest(options["scope"]) if options["scope"] else None
        number: int | None = options["days"]
        try:
            # Before any lookup, because a database cannot search for every text.
            with in_english():
                check_name(name)
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
                lasts = token.lasts if number is None else span(number)
                self.show(token.renew(chosen, lasts))
            return
        if token is not None:
            raise CommandError(
                f"There is already a token named {name!r}; `stoppress manage token "
                "NAME --renew` replaces it."
            )
        self.show(ApiToken.issue(name, chosen or Scope.PUBLISH, span(number or 0))[1])

    def show(self, secret: str) -> None:
        """Print only the secret to standard output, so that a script can read it."""
        self.stderr.write("Keep this token; it is not shown again:")
        self.stdout.write(secret)
