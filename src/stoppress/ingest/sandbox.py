"""Read a feed in a separate process, with limits of time and memory.

The time of some of feedparser's regular expressions grows with the square of a text's length, and
that of cleaning HTML with the square of its depth. So a hostile feed must not be read in this
process.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from stoppress.newsroom.phrase import Phrase, marked
from stoppress.outside.child import Answer, End, ask_child
from stoppress.outside.process_limits import limit_process

from .edition import Edition, bound, names, read
from .parse import NotAFeed, parse
from .story import Story

CPU_SECONDS = 10
WALL_SECONDS = 20  # longer, since the machine may be busy
MEMORY_BYTES = 512 * 1024 * 1024


# The same reasons as sentences, for a document of which nothing was read.
_SENTENCES = {
    "reading it took too long": marked("Reading it took too long."),
    "reading it took too long (signal %(number)d)": marked(
        "Reading it took too long (signal %(number)d)."
    ),
    "reading it took too much memory": marked("Reading it took too much memory."),
    "it could not be read (exit %(number)d)": marked("It could not be read (exit %(number)d)."),
}


def read_safely(
    body: bytes, content_type: str = "", base_url: str = "", cpu_seconds: int = CPU_SECONDS
) -> Edition:
    """Read a feed and make its stories safe, within limits of time and memory.

    If a limit is reached after some stories, these are returned, and the rest is left unread.

    Args:
        body, content_type, base_url: as for `parse`.
        cpu_seconds: of processor time.

    Raises:
        NotAFeed: there is no feed in it, or a limit was reached before the first story.
    """
    task = json.dumps([content_type, base_url, cpu_seconds]).encode()
    answer = ask_child(__name__, task + b"\n" + body, max(WALL_SECONDS, 2 * cpu_seconds))
    words, cut_short = _last_words(answer), answer.end is End.TIME
    # Text after the last line end is a line that was not completely written.
    lines = (json.loads(line) for line in answer.output.split(b"\n")[:-1])
    try:
        head = next(lines)
    except (StopIteration, ValueError) as error:
        raise NotAFeed(_sentence(words)) from error
    if "refused" in head:
        raise NotAFeed(Phrase.unpacked(head["refused"]))
    results = ((place, _unpacked(made)) for place, made in lines)
    flaw = Phrase.unpacked(head["flaw"]) if isinstance(head["flaw"], list) else head["flaw"]
    return bound(head["title"], flaw, head["names"], results, words, cut_short, head["ttl"])


def _sentence(words: Phrase) -> Phrase:
    return Phrase(_SENTENCES[words.text], **words.values)


def _last_words(answer: Answer) -> Phrase:
    match answer.end:
        case End.TIME:
            return Phrase("reading it took too long")
        case End.SIGNAL:
            return Phrase("reading it took too long (signal %(number)d)", number=answer.number)
        case End.MEMORY:
            return Phrase("reading it took too much memory")
    return Phrase("it could not be read (exit %(number)d)", number=answer.number)


def _main() -> None:
    content_type, base_url, cpu_seconds = json.loads(sys.stdin.buffer.readline())
    limit_process(cpu_seconds, MEMORY_BYTES)
    for line in _answer(sys.stdin.buffer.read(), content_type, base_url):
        # Written at once, since the next entry may exceed a limit and end this process.
        print(json.dumps(line), flush=True)


def _answer(body: bytes, content_type: str, base_url: str) -> Iterator[Any]:
    """Yield the data of the feed, and then those of each entry."""
    try:
        feed = parse(body, content_type, base_url)
    except NotAFeed as error:
        yield {"refused": error.args[0].packed()}
        return
    flaw = feed.flaw.packed() if isinstance(feed.flaw, Phrase) else feed.flaw
    yield {"title": feed.title, "flaw": flaw, "names": names(feed), "ttl": feed.ttl}
    for place, made in read(feed, base_url):
        yield place, _packed(made)


def _packed(made: Story | str) -> Any:
    if isinstance(made, Phrase):
        return made.packed()
    if isinstance(made, str):
        return made
    return asdict(made) | {"published": made.published and made.published.isoformat()}


def _unpacked(made: Any) -> Story | str:
    if isinstance(made, list):
        return Phrase.unpacked(made)
    if isinstance(made, str):
        return made
    published = made["published"] and datetime.fromisoformat(made["published"])
    return Story(**{**made, "published": published})


if __name__ == "__main__":
    _main()
