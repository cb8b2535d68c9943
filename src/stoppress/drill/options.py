"""The options of `stoppress drill`; the drill itself is imported only when it runs."""

from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

LAST_FAULT = 28


def add_options(parser: ArgumentParser) -> None:
    """Add the command's options to its parser."""
    parser.add_argument("--list", action="store_true", help="list the faults and exit")
    parser.add_argument("--only", type=_numbers, default=(), metavar="N,N", help="run only these")
    parser.add_argument("--readers", type=_count, metavar="N", help="default: 200; 60 if --fast")
    parser.add_argument("--mutations", type=_count, metavar="N", help="default: 500; 100 if --fast")
    parser.add_argument(
        "--fast", action="store_true", help="fewer readers and mutations, shorter outages"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the outcomes as JSON too")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write a table too")
    parser.add_argument(
        "--database-url", metavar="URL", help="a PostgreSQL server for a scratch database"
    )
    parser.add_argument("--redis-url", metavar="URL", help="a Redis for the scratch deployment")
    parser.add_argument(
        "--url", metavar="URL", help="disturb a running site from outside instead of a scratch one"
    )


def _numbers(text: str) -> tuple[int, ...]:
    try:
        numbers = tuple(int(number) for number in text.split(","))
    except ValueError:
        numbers = (0,)
    if not all(1 <= number <= LAST_FAULT for number in numbers):
        raise ArgumentTypeError(f"faults are 1 to {LAST_FAULT}, such as 1,4,9; see --list")
    return numbers


def _count(text: str) -> int:
    number = int(text)
    if not 12 <= number <= 10_000:
        raise ArgumentTypeError("12 to 10000")
    return number
