"""Fuzz the servers for seconds, with the same scripts each time; `make fuzz` draws others."""

import pytest

from .doors import echo, site
from .fuzzer import Fuzzer
from .resources import check_back, held

# About a twentieth of the scripts that a long run plays in a minute.
EXAMPLES = 60


@pytest.mark.parametrize("portable", [False, True], ids=["fast", "portable"])
def test_every_answer_belongs_to_its_request_and_every_body_is_read_whole(tmp_path, portable):
    with echo(tmp_path, 1, portable) as door:
        fuzzer = Fuzzer(door)
        try:
            fuzzer.run(5, None)
            before = held(door.pids)
            fuzzer.run(EXAMPLES, None)
        finally:
            fuzzer.close()
        door.check_log()
        check_back(door.pids, before)


def test_the_site_stores_no_body_that_it_did_not_ask_for(tmp_path):
    with site(tmp_path, 1, False) as door:
        fuzzer = Fuzzer(door)
        try:
            fuzzer.run(EXAMPLES // 2, None, floods_too=True)
        finally:
            fuzzer.close()
        door.check_log()
