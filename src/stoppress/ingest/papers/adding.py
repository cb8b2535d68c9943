"""Add another paper as a source, and read it once."""

from urllib.parse import urlsplit

from stoppress.ingest.follow import CannotFollow
from stoppress.ingest.models import Source
from stoppress.ingest.turn import NotNow, drop, prolong, turn
from stoppress.newsroom.models import Section
from stoppress.newsroom.phrase import Phrase
from stoppress.outside.http import NotAllowed, allowed, site_rules

from .following import note
from .history import History
from .paper import Paper, PaperError
from .reading import CursorMoved, Reading
from .refusals import refusal
from .tally import Tally
from .token_file import NoToken, read_token

TITLE = 300


def follow_paper(
    url: str, token_file: str, section: Section | None = None, *, whole: bool = False
) -> tuple[Source, Tally | None]:
    """Add a paper and read its present articles; the background worker continues from there.

    If the paper is followed already, its token file and section are changed, and with `whole` it is
    read again. The worker does that, so there is no tally.

    Args:
        url: the paper's address.
        token_file: the absolute path of a file with a token of the scope `read`.
        section: the section of all its articles; None for the sections that they have there.
        whole: take in everything that it has ever published.

    Raises:
        CannotFollow: the paper cannot be read. A new source is then deleted again.
    """
    address = paper_address(url)
    try:
        read_token(token_file)
    except NoToken as error:
        raise CannotFollow(error.words) from error
    known = Source.objects.filter(url=address).first()
    if known is not None:
        if known.kind != Source.Kind.PAPER:
            raise CannotFollow(
                Phrase("This address is followed as a feed. Delete that source, then follow again.")
            )
        _change(known, token_file, section, whole)
        return known, None
    parts = urlsplit(address)
    source = Source(
        url=address,
        kind=Source.Kind.PAPER,
        title=(parts.netloc + parts.path)[:TITLE],
        token_file=token_file,
        section=section,
        whole=whole,
    )
    try:
        with turn(source):
            return source, _read_first(source)
    except NotNow as error:
        raise CannotFollow(error.args[0]) from error


def paper_address(url: str) -> str:
    """Return the address of a paper in its stored form, without a slash at the end.

    Raises:
        CannotFollow: the address is invalid, or the token would be sent unencrypted.
    """
    rules = site_rules()
    try:
        address = allowed(url, rules)
    except NotAllowed as error:
        raise CannotFollow(Phrase(error.text, **error.values)) from error
    if address.scheme != "https" and not rules.private:
        raise CannotFollow(
            Phrase("The address must begin with https://, or others could read the token.")
        )
    return str(address.with_query(None)).rstrip("/")


def _change(source: Source, token_file: str, section: Section | None, whole: bool) -> None:
    source.token_file = token_file
    source.section = section or source.section
    if whole and not source.whole:
        source.whole, source.cursor = True, ""  # it is read again from the beginning
    source.save(update_fields=["token_file", "section", "whole", "cursor"])


def _read_first(source: Source) -> Tally:
    """Read a new paper; delete its source if that fails before anything is taken in."""
    reading = Reading(source, going_on=prolong)
    paper = Paper(source.url, lambda: read_token(source.token_file))
    try:
        History(reading, paper).take(paper.snapshot())
    except (PaperError, NoToken) as error:
        if not source.copies.exists():
            drop(source)
        raise CannotFollow(refusal(error)) from error
    except CursorMoved:
        pass  # the background worker was faster
    note(source.pk, reading.tally.phrase(), healthy=True)
    return reading.tally
