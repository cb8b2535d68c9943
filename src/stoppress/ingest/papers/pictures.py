"""Import another paper's pictures: fetch and encode them, and copy their facts."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urljoin

from django.conf import settings

from stoppress.ingest.models import PictureCopy, Source
from stoppress.newsroom.models import Picture
from stoppress.newsroom.phrase import Phrase
from stoppress.newsroom.pictures.encoded import Encoded, NotAPicture, OthersFirst
from stoppress.newsroom.pictures.sandbox import MAX_BYTES, encode_safely
from stoppress.newsroom.pictures.storing import NotStored
from stoppress.newsroom.publishing import InvalidField, add_picture, change_picture
from stoppress.outside.http import NoAnswer, NotAllowed, get, site_rules

from .fields import fingerprint_of
from .item import Item
from .item import Picture as ToldPicture

SECONDS = 60.0
# Seconds before each further try, so that a paper that restarts is available again.
WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)


class _Missing(Exception):
    """A picture cannot be fetched; `later` if another try may succeed."""

    def __init__(self, why: str, *, later: bool = False) -> None:
        self.words = Phrase("A picture is missing. %(why)s", why=why)
        super().__init__(self.words)
        self.later = later


def told_in(item: Item) -> dict[str, ToldPicture]:
    """Return the pictures of an item by their addresses."""
    lead = [item.image] if item.image else []
    return {each.url: each for each in (*item.pictures, *lead)}


def bring_in(
    source: Source, told: Mapping[str, ToldPicture], pause: Callable[[float], object]
) -> tuple[dict[str, Picture], list[str]]:
    """Return our pictures by the paper's addresses, and the reasons why others are missing.

    Call this outside a transaction, because it fetches the pictures that are not here yet.

    Args:
        told: the pictures of the item, by their addresses.
        pause: waits some seconds before another try.
    """
    rows = PictureCopy.objects.filter(source=source, address__in=told).select_related("picture")
    ours = {row.address: row.picture for row in rows}
    missing: list[str] = []
    for address in told.keys() - ours.keys():
        try:
            ours[address] = _tried(source, told[address], pause)
        except _Missing as error:
            missing.append(error.words)
    return ours, missing


def _tried(source: Source, told: ToldPicture, pause: Callable[[float], object]) -> Picture:
    for seconds in WAITS:
        try:
            return _add(source, told)
        except _Missing as error:
            if not error.later:
                raise
        pause(seconds)
    return _add(source, told)


def settle_facts(source: Source, told: Mapping[str, ToldPicture]) -> None:
    """Copy the facts of the paper's pictures to ours, if the paper has changed them.

    Raises:
        NewsroomError: the newsroom does not accept them.
    """
    copies = PictureCopy.objects.filter(source=source, address__in=told).select_related("picture")
    for copy in copies:
        facts = _facts(told[copy.address])
        now = fingerprint_of(facts)
        differing = {
            name: value for name, value in facts.items() if copy.fingerprint[name] != now[name]
        }
        if differing:
            change_picture(copy.picture, differing)
            copy.fingerprint = now
            copy.save(update_fields=["fingerprint"])


def address_there(source: Source, told: ToldPicture) -> str:
    """Return the address of a picture in the other paper."""
    return urljoin(f"{source.url}/", told.url)


def _add(source: Source, told: ToldPicture) -> Picture:
    encoded = _encoded(_fetched(address_there(source, told)))
    facts = _facts(told)

    def remember(picture: Picture) -> None:
        PictureCopy.objects.create(
            source=source,
            address=told.url,
            picture=picture,
            fingerprint=fingerprint_of(facts),
        )

    try:
        return add_picture(encoded, facts, by=source.title, then=remember)
    except InvalidField as error:
        raise _Missing(str(error)) from error
    except NotStored as error:
        raise _Missing(Phrase("It cannot be stored."), later=True) from error


def _fetched(address: str) -> bytes:
    most = getattr(settings, "STOPPRESS_MAX_PICTURE", MAX_BYTES)
    rules = replace(site_rules(), max_bytes=most, total_seconds=SECONDS)
    try:
        # Without the token, because pictures are public and the address may lead to any site.
        answer = asyncio.run(get(address, rules))
    except NoAnswer as error:
        later = not isinstance(error, NotAllowed)
        raise _Missing(Phrase(error.text, **error.values), later=later) from error
    if answer.status == HTTPStatus.OK:
        return answer.body
    later = answer.status >= 500 or answer.status == HTTPStatus.TOO_MANY_REQUESTS
    raise _Missing(Phrase("The server answered %(status)s.", status=answer.said), later=later)


def _encoded(data: bytes) -> Encoded:
    try:
        return encode_safely(data)
    except NotAPicture as error:
        raise _Missing(error.words, later=isinstance(error, OthersFirst)) from error


def _facts(told: ToldPicture) -> dict[str, object]:
    across, down = told.focus
    return {
        "alt": told.alt,
        "caption": told.caption,
        "credit": told.credit,
        "focus_x": across,
        "focus_y": down,
    }
