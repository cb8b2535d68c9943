"""The publishing process: calls the newsroom's verbs in a random mix, at the pace of its options.

It prints `committed N` after each commit, and `failed WORDS` after each failure.
"""

import argparse
import json
import threading
from collections.abc import Sequence

from .plan import SECTIONS, Tally
from .writer import Writer, open_paper


def main(arguments: Sequence[str]) -> int:
    """Publish according to the arguments; return the exit status."""
    options = _parser().parse_args(arguments)
    if options.open:
        print(json.dumps(open_paper(SECTIONS, options.open, options.open_live)), flush=True)
        return 0
    tally = Tally(options.count)
    writers = [
        Writer(number, options, tally, options.stories if number == 0 else [])
        for number in range(options.writers)
    ]
    if options.die or options.hold:
        writers[0].end_specially(options.die, options.hold)
        return 0
    threads = [threading.Thread(target=writer.write) for writer in writers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(f"published {tally.committed}", flush=True)
    return 0 if tally.committed == options.count else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stoppress.drill.process publisher")
    parser.add_argument("count", type=int)
    parser.add_argument("--open", type=int, default=0, help="only create sections and N stories")
    parser.add_argument("--open-live", type=int, default=0, help="with --open: and N live stories")
    parser.add_argument("--live", type=json.loads, default=[], help="ids of stories for posts")
    parser.add_argument("--stories", type=json.loads, default=[], help="ids to begin with")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--over", type=float, default=0.0, help="seconds for all mutations")
    parser.add_argument("--writers", type=int, default=1)
    parser.add_argument(
        "--delay", type=float, default=0.0, help="most seconds within a transaction"
    )
    parser.add_argument("--long", action="store_true", help="write summaries of 1,900 characters")
    parser.add_argument("--swell", type=int, default=0, help="only update --only: bytes of body")
    parser.add_argument("--only", type=int, default=0, help="id of the story to swell")
    parser.add_argument("--together", type=int, default=1, help="mutations in one transaction")
    parser.add_argument("--roll-back", type=int, default=0, help="also roll back at every Nth")
    parser.add_argument("--die", choices=["before", "after"], help="SIGKILL at its only commit")
    parser.add_argument("--hold", type=float, default=0.0, help="hold the locks before commit")
    return parser
