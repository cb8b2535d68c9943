"""`stoppress doctor`: report what is wrong with this installation, in words."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import Error, run_checks
from django.db import DatabaseError, connection

from stoppress.ingest.polling.health import complaints as complaints_of_feeds
from stoppress.ingest.polling.health import remarks as remarks_on_feeds
from stoppress.live import conf
from stoppress.live.backups.sqlite_files import BackupError, require_database
from stoppress.live.clock import LOGGED_SECONDS, database_time, machine_clock
from stoppress.live.models import StreamHead
from stoppress.live.readers.limits.client_address import parse_proxies
from stoppress.newsroom.language import in_english
from stoppress.newsroom.pictures.storing import NotStored, try_out
from stoppress.site import env, starting
from stoppress.site.background.waiting import unattended
from stoppress.site.background.worker import MOST_SECONDS_APART
from stoppress.site.private_files import how_to_close
from stoppress.site.serve_command import HOST, PORT
from stoppress.site.signing_in.locks import locks
from stoppress.site.welcome import first_step, site_address
from stoppress.webhooks.health import complaints as complaints_of_webhooks

FREE_BYTES = 256 * 1024 * 1024
# How many account locks, and accounts without a second factor, are listed one by one.
LOCKS_SHOWN = 20
# Check ids whose messages of every level, not only errors, are for the operator.
OURS = ("stoppress.", "security.")
# A table that a site with a second factor or single sign-on has.
FACTORS = "mfa_authenticator"
DEBUG_IS_ON = "security.W018"


def examine(new: bool, opened: Sequence[Path]) -> int:
    """Print each problem on its own line; return 1 if there is any, else 0.

    Args:
        new: there was no installation before this command.
        opened: files that other users can read or change.
    """
    if new:
        print(f"  There was no installation in {settings.DATA}; a new, empty one was created.")
    for line in _first_step():
        print(f"  {line}")
    for remark in (*_remarks(), *_without_second_factor(), *_left_behind(), *_quiet()):
        print(f"· {remark}")
    return _tell(
        [
            *_settings(),
            *_starting(),
            *_strangers(),
            *_data_directory(opened),
            *_database(),
            *_media(),
            *_clocks(),
            *_signing_in(),
            *_worker(),
            *_webhooks(),
            *_feeds(),
        ]
    )


def _first_step() -> Iterator[str]:
    """Yield what to do while nobody can sign in to the admin."""
    try:
        step = first_step()
    except DatabaseError:
        return  # `_database` reports it
    if step:
        site = site_address(HOST, PORT)
        yield from step
        yield (
            f"`stoppress serve` then serves the site at {site}, unless it is given another host or "
            f"port, and editors sign in at {site}admin/"
        )


def _tell(wrong: list[str]) -> int:
    for complaint in wrong:
        print(f"✗ {complaint}")
    if not wrong:
        print("✓ No problem was found.")
    return 1 if wrong else 0


def _settings() -> Iterator[str]:
    for message in run_checks(include_deployment_checks=True):
        told = message.level >= Error("").level or (message.id or "").startswith(OURS)
        if told and message.id != DEBUG_IS_ON and not message.is_silenced():
            yield f"{message.msg} {message.hint or ''}".strip()
    if settings.DEBUG:
        yield "STOPPRESS_DEBUG is on: error pages show readers the source code. Turn it off."


def _starting() -> Iterator[str]:
    """Yield what a server would say when it starts."""
    lines = env.unknown()
    with suppress(DatabaseError):  # `_database` reports it
        lines += starting.unwritable()
        lines += [*starting.refusals_before(), *starting.key_remarks()]
    for line in lines:
        yield f"{line[0].upper()}{line[1:]}{'' if line.endswith('?') else '.'}"


def _strangers() -> Iterator[str]:
    """Yield the settings that let a stranger fake its own address or the site's host."""
    if "*" in settings.ALLOWED_HOSTS:
        yield (
            "STOPPRESS_ALLOWED_HOSTS has '*': any client can choose the host that appears in "
            "pages and feeds. List the site's own hosts."
        )
    try:
        networks = parse_proxies(conf.words("TRUSTED_PROXIES")).networks
    except ValueError:
        return  # a system check reports it
    for network in (network for network in networks if not network.prefixlen):
        yield (
            f"STOPPRESS_TRUSTED_PROXIES has {network}: every reader can claim any address, and "
            "so evade the limits. List the proxy's own address."
        )


def _remarks() -> Iterator[str]:
    """Yield remarks: settings that may be intended."""
    if conf.words("TRUSTED_PROXIES") and not settings.SECURE_HSTS_SECONDS:
        yield (
            "There is a proxy (STOPPRESS_TRUSTED_PROXIES), and STOPPRESS_HSTS_SECONDS is 0. If "
            "readers use HTTPS, set it: browsers then never use plain HTTP, where an attacker on "
            "the network could answer instead. docs/operations.md says how to begin."
        )


def _without_second_factor() -> Iterator[str]:
    """Yield who of the staff has none where one is required."""
    if settings.STOPPRESS_SECOND_FACTOR != "required":
        return
    factors = (
        apps.get_app_config("mfa").get_model("Authenticator")._default_manager.filter(type="totp")
    )
    staff = User.objects.filter(is_staff=True, is_active=True).order_by("username")
    with suppress(DatabaseError):  # `_database` reports it
        without = staff.exclude(pk__in=factors.values("user"))
        names = [repr(user.username) for user in without if user.has_usable_password()]
        if names:
            more = [f"{len(names) - LOCKS_SHOWN} more"] if len(names) > LOCKS_SHOWN else []
            yield (
                f"A second factor is required, and {len(names)} of the staff have set up none: "
                f"{', '.join([*names[:LOCKS_SHOWN], *more])}. Anybody with the password of such "
                "an account can set up a telephone of their own."
            )


def _left_behind() -> Iterator[str]:
    """Yield that tables of a second factor are left, where it is switched off."""
    with suppress(DatabaseError):  # `_database` reports it
        if not settings.STOPPRESS_ACCOUNTS and FACTORS in connection.introspection.table_names():
            yield (
                "The tables of a second factor and single sign-on are left from when they were on: "
                "users who have set something up cannot be deleted. docs/operations.md says under "
                "“Turning it off” how to be rid of them."
            )


def _database() -> Iterator[str]:
    try:
        require_database(connection.alias)
        streams = StreamHead.objects.count()
    except (BackupError, DatabaseError) as error:
        yield f"The database cannot be read: {' '.join(str(error).split())}"
        return
    print(f"  {connection.vendor} database, {streams} streams written to, data in {settings.DATA}")


def _media() -> Iterator[str]:
    """Yield that pictures cannot be stored, after having tried it."""
    where = settings.STORAGES["default"].get("OPTIONS", {}).get("bucket_name")
    place = f"the bucket {where}" if where else str(settings.MEDIA_ROOT)
    try:
        try_out()
    except NotStored as error:
        yield (
            f"Media cannot be written to {place} and read again: {' '.join(str(error).split())}. "
            "Until that is mended, no picture can be uploaded, and readers may see none."
        )
        return
    print(f"  media can be written and read in {place}")


def _clocks() -> Iterator[str]:
    try:
        machine_clock.compare()
    except DatabaseError:
        return  # `_database` has already reported this
    if abs(machine_clock.ahead) > LOGGED_SECONDS:
        yield (
            f"{str(machine_clock).capitalize()}. Set both clocks by NTP. The database's decides; "
            f"while they are more than {MOST_SECONDS_APART:g} s apart, this machine publishes no "
            "scheduled article."
        )


def _signing_in() -> Iterator[str]:
    if not settings.AXES_ENABLED:
        yield (
            "STOPPRESS_LOGIN_FAILURES is 0: passwords can be guessed without limit. Unset it, or "
            "set it to 10."
        )
        return
    try:
        # Locks are not a problem of the installation, but often the reason to run this command.
        held = locks(database_time())
        for lock in islice(held, LOCKS_SHOWN):
            print(f"  {lock}")
        if more := sum(1 for _ in held):
            print(f"  {more} more locks; see them all: stoppress manage axes_list_attempts")
    except DatabaseError:
        return  # `_database` has already reported this


def _worker() -> Iterator[str]:
    with suppress(DatabaseError), in_english():  # `_database` reports it
        if said := unattended():
            yield said


def _webhooks() -> Iterator[str]:
    with suppress(DatabaseError):  # `_database` reports it
        yield from complaints_of_webhooks()


def _feeds() -> Iterator[str]:
    with suppress(DatabaseError):  # `_database` reports it
        yield from complaints_of_feeds(database_time())


def _quiet() -> Iterator[str]:
    """Yield remarks: feeds that may have nothing to tell."""
    with suppress(DatabaseError):  # `_database` reports it
        yield from remarks_on_feeds()


def _data_directory(opened: Sequence[Path]) -> Iterator[str]:
    for path in opened:
        yield f"Other users can read or change {path}. Make it private: {how_to_close(path)}"
    free = shutil.disk_usage(settings.DATA).free
    if free < FREE_BYTES:
        yield f"{settings.DATA} has {free // 2**20} MiB free: on a full disk, publishing fails."
