"""Import an export of WordPress.

1. Read the whole file, to find errors before anything is changed, and to index what items refer to.
2. Make a draft from each post, with its pictures, or update the article of an earlier import.
3. Publish the drafts, the oldest first, with links to each other.

After each step every article is complete. An import that was stopped continues when it is run
again.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from stoppress.live.clock import database_time
from stoppress.newsroom.language import in_english
from stoppress.transfer.format import Format, Options, Tell

from .fetching import Fetcher
from .index import Index, empty_index
from .intake import Intake
from .item import Item, item_of
from .pictures import Pictures
from .publication import publish_all
from .report import Report
from .state import State, state_of
from .terms import Terms
from .wxr import is_wxr, parts_of

POST = "post"
# Types of items that are not content of the site, or are read with a post.
UNCOUNTED = {"attachment", "revision", "wp_block", "guest-author"}


def load(path: Path, options: Options, tell: Tell) -> Iterable[str]:
    """Read an export into the paper; return the lines of the report.

    Raises:
        CannotImport: the file is damaged or not an export. Nothing was changed.
    """
    report = Report()
    with empty_index() as index, in_english():
        now = database_time()
        _look_through(path, index, tell, now)
        pictures = _pictures(index, report, options)
        terms = Terms(index, report, dry_run=options.dry_run)
        intake = Intake(index, report, terms, pictures, dry_run=options.dry_run)
        for item in _items(path, tell, "Reading its articles"):
            if item.type == POST:
                intake.take(item, now)
            elif item.type not in UNCOUNTED:
                report.leave_out(item.type)
        if not options.dry_run:
            publish_all(index, report, tell)
        return list(report.lines(dry_run=options.dry_run))


def _pictures(index: Index, report: Report, options: Options) -> Pictures:
    get = None if options.dry_run or options.media else Fetcher()
    return Pictures(index, report, get, None if options.dry_run else options.media)


def _look_through(path: Path, index: Index, tell: Tell, now: datetime) -> None:
    for part in parts_of(path, tell, "Looking through the file"):
        if part.name == "item":
            item = item_of(part)
            index.note_item(item)
            if item.type == POST and isinstance(state_of(item, now), State):
                index.put_link(item)
        else:
            index.note(part)


def _items(path: Path, tell: Tell, what: str) -> Iterator[Item]:
    for part in parts_of(path, tell, what):
        if part.name == "item":
            yield item_of(part)


WORDPRESS = Format("an export of WordPress (WXR)", is_wxr, load, takes_media=True)
