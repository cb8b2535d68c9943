import itertools
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from stoppress.live.protocol.refusals import Refusal
from stoppress.live.readers.limits import admission as module
from stoppress.live.readers.limits.admission import Admission
from stoppress.live.readers.limits.tally import lone_tally
from tests.effort import no_more_cpu_than

HAMMER = Path(__file__).with_name("hammer.py")


@pytest.fixture
def clock():
    class Clock:
        now = 1000.0

        def __call__(self):
            return self.now

    return Clock()


@pytest.fixture
def admission(clock):
    return Admission(lone_tally(), clock)


def refused(admission, address="192.0.2.1"):
    with pytest.raises(Refusal) as caught:
        admission.admit(address)
    return caught.value


def test_a_reader_over_the_limit_of_an_address_gets_a_wait(settings, admission):
    settings.STOPPRESS_LIVE = {"MAX_READERS_PER_ADDRESS": 3}
    releases = [admission.admit("192.0.2.1") for _ in range(3)]
    refusal = refused(admission)
    assert (refusal.code, refusal.status) == (4429, 429)
    wait = int(re.search(r"come back in (\d+) s", refusal.reason)[1])
    assert refusal.wait == wait and 10 <= wait <= 30
    admission.admit("192.0.2.2")
    releases[0]()
    admission.admit("192.0.2.1")


def test_a_full_server_refuses_as_overloaded(settings, admission):
    settings.STOPPRESS_LIVE = {"MAX_READERS": 3}
    releases = [admission.admit(f"192.0.2.{n}") for n in range(3)]
    refusal = refused(admission, "192.0.2.9")
    assert (refusal.code, refusal.status) == (4008, 503) and refusal.wait > 0
    releases[1]()
    admission.admit("192.0.2.9")


def test_a_refused_reader_takes_no_place(settings, admission):
    settings.STOPPRESS_LIVE = {"MAX_READERS": 5, "MAX_READERS_PER_ADDRESS": 2}
    releases = [admission.admit("192.0.2.1") for _ in range(2)]
    for _ in range(10):
        assert refused(admission).code == 4429
    releases += [admission.admit(f"192.0.2.{n}") for n in (2, 3, 4)]
    for _ in range(10):
        assert refused(admission, "192.0.2.5").code == 4008
    for release in releases:
        release()
    assert admission._tally.total() == 0


def test_a_place_released_repeatedly_is_given_back_once(settings, admission):
    settings.STOPPRESS_LIVE = {"MAX_READERS_PER_ADDRESS": 2}
    release, _ = admission.admit("192.0.2.1"), admission.admit("192.0.2.1")
    release()
    release()
    release()
    admission.admit("192.0.2.1")
    assert refused(admission).code == 4429


def test_a_limit_of_zero_is_no_limit(settings, admission):
    settings.STOPPRESS_LIVE = {
        "MAX_READERS": 0,
        "MAX_READERS_PER_ADDRESS": 0,
        "HANDSHAKES_PER_SECOND": 0,
        "REPLAY_BYTES_PER_SECOND": 0,
    }
    for _ in range(1000):
        admission.admit("192.0.2.1")
    assert admission.replay("192.0.2.1") is None


def test_the_defaults_equal_the_settings(settings, admission):
    settings.STOPPRESS_LIVE = {}
    for _ in range(200):
        admission.admit("192.0.2.1")
    assert refused(admission).code == 4429


def test_an_address_has_four_hundred_handshakes_at_once_and_then_fifty_a_second(
    settings, admission, clock
):
    settings.STOPPRESS_LIVE = {}
    for _ in range(400):
        admission.admit("192.0.2.1")()
    for _ in range(200):
        refusal = refused(admission)
        assert (refusal.code, refusal.status) == (4429, 429) and 1 <= refusal.wait <= 8.2
        assert float(re.search(r"come back in ([\d.]+) s", refusal.reason)[1]) == refusal.wait
    admission.admit("192.0.2.2")()
    clock.now += 1
    for _ in range(50):
        admission.admit("192.0.2.1")()
    assert refused(admission).code == 4429
    clock.now += 8
    for _ in range(400):
        admission.admit("192.0.2.1")()
    assert refused(admission).code == 4429


def test_a_reader_that_respects_the_wait_is_admitted(settings, admission, clock):
    settings.STOPPRESS_LIVE = {"HANDSHAKES_PER_SECOND": 3, "HANDSHAKE_BURST": 0}
    for _ in range(50):
        admission.admit("192.0.2.1")()
        clock.now += refused(admission).wait


def test_readers_that_keep_trying_are_admitted_at_the_rate(settings, admission, clock):
    settings.STOPPRESS_LIVE = {"HANDSHAKES_PER_SECOND": 5, "HANDSHAKE_BURST": 10}
    came = 0
    for _ in range(1000):
        clock.now += 0.01
        try:
            admission.admit("192.0.2.1")()
            came += 1
        except Refusal:
            pass
    assert 58 <= came <= 61


def test_a_poll_that_continues_is_no_handshake(settings, admission):
    settings.STOPPRESS_LIVE = {"HANDSHAKES_PER_SECOND": 5, "HANDSHAKE_BURST": 5}
    for _ in range(1000):
        admission.admit("192.0.2.1", handshake=False)()
    for _ in range(5):
        admission.admit("192.0.2.1")()
    assert refused(admission).code == 4429
    admission.admit("192.0.2.1", handshake=False)()


def test_an_address_is_replayed_eight_seconds_worth_at_once_and_then_its_rate(admission, clock):
    def replayed():
        total = 0
        while True:
            replay = admission.replay("192.0.2.1")
            if not replay.may_begin():
                return total, replay.refusal
            while replay.affords(4000):
                total += 4000
            total -= 64 * 1024  # that of each is free

    mib = 1024 * 1024
    total, refusal = replayed()
    assert 31 * mib < total <= 32 * mib
    assert refusal.status == 429 and 1 <= refusal.wait <= 8.2
    assert "too much was replayed to your address; come back in" in refusal.reason
    clock.now += 2
    assert 7.5 * mib < replayed()[0] <= 8.5 * mib
    assert admission.replay("192.0.2.2").may_begin()


def test_threads_of_one_process_share_the_limit(settings, admission):
    settings.STOPPRESS_LIVE = {"MAX_READERS_PER_ADDRESS": 10}
    admitted, most, twice = [], [], []

    def come_and_go():
        for _ in range(300):
            try:
                release = admission.admit("192.0.2.1")
            except Refusal:
                continue
            admitted.append(1)
            most.append(len(admitted))
            admitted.pop()
            twice.append(release)
            release()

    threads = [threading.Thread(target=come_and_go) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert twice and max(most) <= 10
    assert admission._tally.total() == 0


def test_several_processes_never_exceed_the_limit_together(tmp_path, monkeypatch):
    """Four processes fight for ten places for two seconds.

    Each tells of every place when it has it, and before it gives it back, with the time of a
    clock that they share: what lies between was held for certain.
    """
    slots, each, everybody = 4, 6, 10
    path = tmp_path / "tally"
    command = [sys.executable, str(HAMMER), str(path)]
    processes = [
        subprocess.Popen(
            [*command, str(slot), str(slots), str(each), str(everybody)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for slot in range(slots)
    ]
    try:
        outputs = [process.communicate(timeout=40)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    assert [process.returncode for process in processes] == [0] * slots
    changes = []
    refusals = 0
    for line in itertools.chain.from_iterable(output.splitlines() for output in outputs):
        kind, *values = line.split()
        if kind == "refused":
            refusals += int(values[0])
            continue
        address, start, end = values[0], int(values[1]), int(values[2])
        changes += [(start, 1, address), (end, -1, address)]
    held, most = {}, {}
    for _, change, address in sorted(changes):
        for name in (address, "all"):
            held[name] = held.get(name, 0) + change
            most[name] = max(most.get(name, 0), held[name])
    assert len(changes) > 2000 and refusals > 100
    assert most.pop("all") == everybody
    assert max(most.values()) == each
    monkeypatch.setattr(module, "_admission", None)  # one of this test's own
    module.share(path, 0, slots)
    tally = module.admission()._tally
    assert tally.total() == 0
    assert [tally.readers(tally.cells(address)) for address in most] == [0] * len(most)
    tally.close()


def test_the_process_has_one_admission_until_it_shares(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_admission", None)  # one of this test's own
    alone = module.admission()
    assert module.admission() is alone
    release = alone.admit("192.0.2.1")
    module.share(str(tmp_path / "tally"), 1, 2)
    shared = module.admission()
    assert shared is not alone
    release()
    assert shared._tally.total() == alone._tally.total() == 0
    shared._tally.close()


def test_a_place_costs_no_more_than_a_frame(settings, admission):
    settings.STOPPRESS_LIVE = {"HANDSHAKES_PER_SECOND": 10**6, "HANDSHAKE_BURST": 10**6}

    with no_more_cpu_than(0.5):
        for _ in range(2500):
            admission.admit("192.0.2.1")()
