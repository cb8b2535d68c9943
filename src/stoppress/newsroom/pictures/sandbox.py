"""Encode a picture in a separate process, with limits of time, memory and files.

A hostile picture can need any amount of memory and time, and decoders are written in C. The process
also has a lower priority than those that serve readers.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings

from stoppress.newsroom.phrase import Phrase, marked
from stoppress.outside.child import Answer, End, ask_child
from stoppress.outside.process_limits import limit_process

from .encoded import Encoded, NotAPicture, OthersFirst, Rendition
from .encoding import encode
from .practice import practise

MAX_BYTES = 40 * 1024 * 1024
CPU_SECONDS = 20
WALL_SECONDS = 60  # longer, since the machine may be busy
MEMORY_BYTES = 1024 * 1024 * 1024
# How many pictures this process has encoded at once, and how many wait: each is held in memory.
AT_ONCE = max(1, (os.cpu_count() or 1) // 2)
WAITING = 4
WAIT_SECONDS = 30
NICE = 10

SLOW = marked("Reading it took too long. Make it smaller, or save it anew, and upload that.")
BIG = marked("Reading it took too much memory. Make it smaller, and upload that.")
BROKEN = marked("It cannot be read. Open it in a picture program, and save it as JPEG or PNG.")
HEAVY = marked("It has more than %(most)d MiB. Make it smaller, or save it as JPEG.")
BUSY = marked("Other pictures are being read just now. Upload it again in a minute.")

_OF_TIME = {signal.SIGKILL, signal.SIGXCPU}

_places = threading.BoundedSemaphore(AT_ONCE)
_queue = threading.BoundedSemaphore(AT_ONCE + WAITING)


def encode_safely(data: bytes, cpu_seconds: int = CPU_SECONDS) -> Encoded:
    """Check a file and return its picture in several sizes, within limits of time and memory.

    Args:
        data: the file.
        cpu_seconds: of processor time.

    Raises:
        NotAPicture: it is not a picture, or of a kind that is not accepted, or a limit was reached.
        OthersFirst: too many are being encoded.
    """
    most = getattr(settings, "STOPPRESS_MAX_PICTURE", MAX_BYTES)
    if len(data) > most:
        raise NotAPicture(too_large(most))
    with _turn():
        answer = ask_child(__name__, data, WALL_SECONDS, str(cpu_seconds))
    if answer.end is not End.DONE:
        raise NotAPicture(_words(answer))
    head, _, files = answer.output.partition(b"\n")
    told = json.loads(head)
    if "refused" in told:
        raise NotAPicture(Phrase.unpacked(told["refused"]))
    return _unpacked(told, files)


def too_large(most: int) -> Phrase:
    """Return the message for a file that is larger than a number of bytes."""
    return Phrase(HEAVY, most=most // (1024 * 1024))


@contextmanager
def _turn() -> Iterator[None]:
    if not _queue.acquire(blocking=False):
        raise OthersFirst(Phrase(BUSY))
    try:
        if not _places.acquire(timeout=WAIT_SECONDS):
            raise OthersFirst(Phrase(BUSY))
        try:
            yield
        finally:
            _places.release()
    finally:
        _queue.release()


def _words(answer: Answer) -> Phrase:
    if answer.end is End.MEMORY:
        return Phrase(BIG)
    # These signals mean the CPU time limit; any other is a fault of a decoder.
    slow = answer.end is End.TIME or answer.number in _OF_TIME
    return Phrase(SLOW if slow else BROKEN)


def _unpacked(told: dict[str, Any], files: bytes) -> Encoded:
    renditions, start = [], 0
    for width, height, ending, length in told.pop("renditions"):
        renditions.append(Rendition(width, height, ending, files[start : start + length]))
        start += length
    return Encoded(renditions=renditions, **told)


def _main() -> None:
    os.nice(NICE)
    data = sys.stdin.buffer.read()
    practise()
    limit_process(int(sys.argv[1]), MEMORY_BYTES, may_open=False)
    try:
        made = encode(data)
    except NotAPicture as error:
        print(json.dumps({"refused": error.words.packed()}))
        return
    files = [rendition.data for rendition in made.renditions]
    told = {
        "digest": made.digest,
        "width": made.width,
        "height": made.height,
        "renditions": [
            (each.width, each.height, each.format, len(each.data)) for each in made.renditions
        ],
        "alt": made.alt,
        "caption": made.caption,
        "credit": made.credit,
    }
    print(json.dumps(told), flush=True)
    sys.stdout.buffer.write(b"".join(files))


if __name__ == "__main__":
    _main()
