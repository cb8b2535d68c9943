"""System checks: each names missing or wrong configuration, and how to correct it."""

from inspect import iscoroutinefunction
from itertools import combinations
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.module_loading import import_string

from . import conf
from .protocol.origins import WANTED, are_origins
from .publishing import registry
from .publishing.pattern import Pattern
from .readers.limits.client_address import parse_proxies


@register("stoppress")
def check_settings(**_: Any) -> list[CheckMessage]:
    """Check `STOPPRESS_LIVE` against the table of settings."""
    values = getattr(settings, "STOPPRESS_LIVE", {})
    if not isinstance(values, dict):
        return [Error("STOPPRESS_LIVE must be a dictionary.", id="stoppress.E011")]
    found: list[CheckMessage] = []
    for name, value in values.items():
        if name not in conf.SETTINGS:
            hint = f"It knows {', '.join(conf.SETTINGS)}."
            found.append(Error(f"STOPPRESS_LIVE has no {name!r}.", hint=hint, id="stoppress.E001"))
        elif wanted := _what_is_wanted(name, value):
            found.append(
                Error(
                    f"STOPPRESS_LIVE[{name!r}] must be {wanted}; it is {value!r}.",
                    hint=f"It is: {conf.SETTINGS[name].help}.",
                    id="stoppress.E002",
                )
            )
    return found


def _what_is_wanted(name: str, value: object) -> str | None:
    """Return the rule that a setting breaks, in words; None if its value is valid."""
    default = conf.SETTINGS[name].default
    if name == "RENDER_ERRORS":
        return None if value in {"raise", "log"} else "raise or log"
    if isinstance(default, str):
        if name == "BUILD" and isinstance(value, str) and not value.strip().isprintable():
            return "text of one line"
        if name == "READER" and value and not _can_be_imported(value):
            return "the dotted path of a plain function that can be imported"
        return None if isinstance(value, str) else "text"
    if isinstance(default, tuple):
        if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
            return "a list of texts"
        if name == "ALLOWED_ORIGINS":
            return None if are_origins(value) else WANTED
        try:
            parse_proxies(value)
        except ValueError as error:
            return f"a list of addresses and networks: {error}"
        return None
    return conf.SETTINGS[name].wanted(value)


def _can_be_imported(path: object) -> bool:
    try:
        function = import_string(str(path))
    except ImportError:
        return False
    return callable(function) and not iscoroutinefunction(function)


@register("stoppress")
def check_streams(**_: Any) -> list[CheckMessage]:
    """Check that a stream is registered, and that private streams can identify their readers."""
    streams = registry.registered()
    if not streams:
        return [
            Warning(
                "No stream is registered.",
                hint="Declare one with @live.stream in the `streams` module of an installed app.",
                id="stoppress.W003",
            )
        ]
    found: list[CheckMessage] = [
        Error(
            f"A stream's name can match both {one.pattern!r} and {other.pattern!r}, "
            "which different readers may read.",
            hint="Change one pattern so that no name matches both: a stream's events are stored "
            "by its name.",
            id="stoppress.E012",
        )
        for one, other in combinations(streams, 2)
        if one.may_read != other.may_read and Pattern(one.pattern).may_meet(Pattern(other.pattern))
    ]
    private = [stream.pattern for stream in streams if not stream.public]
    may_sign_in = apps.is_installed("django.contrib.sessions") or conf.text("READER")
    if private and not may_sign_in:
        found += [
            Error(
                f"{private[0]!r} is not public, but without sessions nobody can be signed in.",
                hint="Add django.contrib.auth and django.contrib.sessions to INSTALLED_APPS.",
                id="stoppress.E004",
            )
        ]
    return found


@register("stoppress")
def check_database(**_: Any) -> list[CheckMessage]:
    """Check that the log's database serializes its writers."""
    head = apps.get_model("stoppress_live", "StreamHead")
    alias = router.db_for_write(head)
    if router.db_for_read(head) != alias:
        return [
            Error(
                "A database router gives the log's reads another database than its writes.",
                hint="Let it name one database for the app stoppress_live: a replica that lags "
                "would show readers a cursor of one moment and items of another.",
                id="stoppress.E013",
            )
        ]
    connection = connections[alias]
    if connection.vendor == "postgresql":
        return _check_isolation(connection)
    if connection.vendor != "sqlite":
        return [
            Error(
                f"The log cannot live in {connection.vendor}.",
                hint="Use PostgreSQL or SQLite, by a database router if need be.",
                id="stoppress.E005",
            )
        ]
    options = connection.settings_dict.get("OPTIONS", {})
    found: list[CheckMessage] = []
    if str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
        found.append(
            Error(
                "SQLite's transactions do not take the write lock when they begin.",
                hint="Set OPTIONS['transaction_mode'] = 'IMMEDIATE': otherwise a writer that has "
                "read first fails with 'database is locked'.",
                id="stoppress.E006",
            )
        )
    if "journal_mode=wal" not in str(options.get("init_command", "")).lower().replace(" ", ""):
        found.append(
            Warning(
                "SQLite may not be in WAL mode: readers and writers would block each other.",
                hint="Set OPTIONS['init_command'] = 'PRAGMA journal_mode=WAL; "
                "PRAGMA synchronous=FULL;'.",
                id="stoppress.W007",
            )
        )
    return found


def _check_isolation(connection: BaseDatabaseWrapper) -> list[CheckMessage]:
    level = connection.settings_dict.get("OPTIONS", {}).get("isolation_level")
    name = getattr(level, "name", "READ_COMMITTED")
    if name in {"READ_COMMITTED", "READ_UNCOMMITTED"}:  # the same on PostgreSQL
        return []
    return [
        Error(
            f"The log's database is at the isolation level {name}.",
            hint="Leave OPTIONS['isolation_level'] out: at the end of a transaction, what others "
            "have committed meanwhile must be seen, or an event shows an older state.",
            id="stoppress.E014",
        )
    ]


@register("stoppress")
def check_tenants(**_: Any) -> list[CheckMessage]:
    """Check that no package gives each tenant a schema: each schema would have its own log."""
    engine = connections[_log_alias()].settings_dict["ENGINE"]
    return [
        Error(
            f"{package} gives each tenant separate tables, but there must be only one log.",
            hint="Keep the tenants in one schema and in the names of their streams, such as "
            "scores:<tenant>, or run a site for each.",
            id="stoppress.E017",
        )
        for package in ("django_tenants", "tenant_schemas")
        if apps.is_installed(package) or engine.startswith(f"{package}.")
    ]


def _log_alias() -> str:
    return router.db_for_write(apps.get_model("stoppress_live", "StreamHead"))


@register("stoppress")
def check_live_models(**_: Any) -> list[CheckMessage]:
    """Check each live model: its database, its order, and its generic foreign keys."""
    log = _log_alias()
    live_models = [model for model in apps.get_models() if hasattr(model, "live_streams")]
    found: list[CheckMessage] = []
    for model in live_models:
        name = model._meta.label
        alias = router.db_for_write(model)
        if alias != log:
            found.append(
                Error(
                    f"{name} is live and in the database {alias!r}; the log is in {log!r}.",
                    hint="Name one database for both in a router: one transaction must hold "
                    "a row and its event.",
                    id="stoppress.E015",
                )
            )
        order = getattr(model, "live_order", None)
        if isinstance(order, str) and not hasattr(model, order.removeprefix("-")):
            found.append(
                Error(
                    f"{name} has live_order = {order!r}, and no such field.",
                    hint="Name a field of it, or write a method live_order().",
                    id="stoppress.E016",
                )
            )
        found += [
            Warning(
                f"{name} is live, and nothing is published when a row behind {field.name!r} "
                "changes: a GenericForeignKey leads to rows of any model.",
                hint="Call live.touch after such a change. If its items do not show these rows, "
                "silence this check.",
                id="stoppress.W018",
            )
            for field in model._meta.private_fields
            if not field.related_model
        ]
    return found
