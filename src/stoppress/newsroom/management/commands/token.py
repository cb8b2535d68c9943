"""`stoppress token NAME`: make, renew and revoke the publish API's tokens."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import LONGEST_DAYS, NAME_CHARS, Scope, check_name

SCOPES = ", ".join(Scope.values)


def scope(text: str) -> Scope:
    """Return the widest of the scopes that are named, with commas between them."""
    try:
        return widest([Scope(word.strip()) for word in text.split(",")])
    except ValueError as error:
        raise ArgumentTypeError(f"a scope is one of {SCOPES}; {error}") from error


def widest(scopes: list[Scope]) -> Scope:
    """Return the scope that includes all of some."""
    return max(scopes, key=list(Scope).index)


def days(text: str) -> int:
    """Return a number of days."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
    if not 0 <= number <= LONGEST_DAYS:
        raise ArgumentTypeError(f"days are a whole number from 0 (no end) to {LONGEST_DAYS}")
    return number


def span(number: int) -> timedelta | None:
    """Return how long a token lasts; None for ever."""
    return timedelta(days=number) if number else None


class Command(BaseCommand):
    help = "Print a new API token, once, as the last line of standard output."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help=f"who uses it; at most {NAME_CHARS} characters, unique")
        parser.add_argument(
            "--scope",
            type=scope,
            action="append",
            metavar="S",
            help=f"what it may: {SCOPES}, each with what stands before it (default: publish)",
        )
        parser.add_argument(
            "--days",
            type=days,
            metavar="N",
            help="days after which it expires; 0 is never (default: never)",
        )
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument(
            "--renew",
            action="store_true",
            help="a new secret for NAME; the old one stops working. Scope and time are as before",
        )
        choice.add_argument("--revoke", action="store_true", help="make NAME's token worthless")

    def handle(self, *args: Any, name: str, renew: bool, revoke: bool, **options: Any) -> None:
        name = name.strip()
        chosen = widest(options["scope"]) if options["scope"] else None
        number: int | None = options["days"]
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
                lasts = token.lasts if number is None else span(number)
                self.show(token.renew(chosen, lasts))
            return
        if token is not None:
            raise CommandError(
                f"There is a token named {name!r} already; `stoppress manage token "
                "NAME --renew` replaces it."
            )
        self.show(ApiToken.issue(name, chosen or Scope.PUBLISH, span(number or 0))[1])

    def show(self, secret: str) -> None:
        """Print a secret alone on standard output, so that a script can take it."""
        self.stderr.write("Keep this token; it is not shown again:")
        self.stdout.write(secret)
