import logging
import threading

import pytest

from stoppress.live import repeats as module
from stoppress.live.one_line import OneLine
from stoppress.live.repeats import KINDS, LINES, SECONDS, TRACEBACKS, Repeats
from tests.services.stand_in import StandIn


class Kept(logging.Handler):
    """Keeps the lines that it is to write."""

    def __init__(self, repeats):
        super().__init__()
        self.lines = []
        self.more = threading.Event()
        self.setFormatter(OneLine("{name} {message}", style="{"))
        self.addFilter(repeats)

    def emit(self, record):
        text = self.format(record)
        self.lines.append(text)
        if "more like it" in text:
            self.more.set()


class Clock:
    """A clock that stands until it is put on."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def repeats(clock):
    made = Repeats(clock=clock)
    yield made
    made.report()


@pytest.fixture
def kept(repeats):
    handler = Kept(repeats)
    names = ("t", "t.other", "django.security.DisallowedHost")
    for name in names:
        logging.getLogger(name).addHandler(handler)
        logging.getLogger(name).propagate = False
        logging.getLogger(name).setLevel(logging.INFO)
    yield handler
    for name in names:
        logging.getLogger(name).removeHandler(handler)
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(logging.NOTSET)


def test_the_first_of_a_kind_are_written_and_the_others_counted(kept, clock):
    for number in range(300):
        logging.getLogger("t").warning("refused %s", number)
    assert kept.lines == [f"t refused {number}" for number in range(LINES)]
    clock.now += SECONDS
    logging.getLogger("t").warning("another")
    left_out = f"t … and {300 - LINES} more like it in the last minute, the last one: refused 299"
    assert kept.lines[LINES:] == [left_out, "t another"]


def test_the_next_minute_starts_a_new_count(kept, clock):
    for _ in range(3):
        for number in range(LINES):
            logging.getLogger("t").warning("refused %s", number)
        clock.now += SECONDS
    assert len(kept.lines) == 3 * LINES and not kept.more.is_set()


def test_a_kind_is_logger_level_and_text_before_its_arguments(kept):
    for number in range(2 * LINES):
        logging.getLogger("t").warning("refused %s", number)
        logging.getLogger("t").info("refused %s", number)
        logging.getLogger("t.other").warning("refused %s", number)
        logging.getLogger("t").warning("cut %s", number)
        for status in (401, 404):
            logging.getLogger("t").error("%s", number, extra={"status_code": status})
    assert len(kept.lines) == 6 * LINES


def test_texts_that_contain_client_input_are_bounded_too(kept, repeats):
    for number in range(1000):
        logging.getLogger("t").warning(f"refused {number}")
        logging.getLogger("django.security.DisallowedHost").error(f"no host {number}")
    refused = [line for line in kept.lines if line.startswith("django")]
    assert len(refused) == LINES
    assert len(kept.lines) - len(refused) == KINDS + LINES
    assert sum(map(len, repeats._kinds.values())) <= 2 * (KINDS + 1)


def test_faults_are_counted_by_where_they_were_raised(kept):
    for number in range(50):
        for place in (one_place, another_place):
            try:
                place(number)
            except ValueError:
                logging.getLogger("t").exception(f"failed {number}")
    whole = [line for line in kept.lines if "Traceback" in line]
    assert len(whole) == len(kept.lines) == 2 * TRACEBACKS


def one_place(number):
    raise ValueError(number)


def another_place(number):
    raise ValueError(number)


def test_the_count_of_omitted_lines_is_written_without_another_record():
    handler = Kept(Repeats(seconds=0.05))
    logger = logging.getLogger("t.alone")
    logger.addHandler(handler)
    logger.propagate = False
    try:
        for number in range(LINES + 5):
            logger.warning("refused %s", number)
        assert handler.more.wait(10)
    finally:
        logger.removeHandler(handler)
        logger.propagate = True
    assert handler.lines[-1].startswith("t.alone … and ")


def test_two_handlers_each_write_their_count_of_omitted_lines(repeats, clock):
    handlers = [Kept(repeats), Kept(Repeats(clock=clock))]
    logger = logging.getLogger("t.both")
    logger.propagate = False
    for handler in handlers:
        logger.addHandler(handler)
    try:
        for number in range(LINES + 1):
            logger.warning("refused %s", number)
        for handler in handlers:
            assert len(handler.lines) == LINES
        for handler in handlers:
            handler.filters[0].report()
            assert len(handler.lines) == LINES + 1
    finally:
        for handler in handlers:
            logger.removeHandler(handler)
        logger.propagate = True


def test_one_filter_of_two_handlers_counts_a_record_once(kept, repeats):
    kinds = [repeats.filter(record) for record in records(LINES + 1) for _ in range(2)]
    assert kinds.count(True) == 2 * LINES and kinds.count(False) == 2


def records(count):
    return [
        logging.LogRecord("t", logging.INFO, __file__, 1, "again %s", (n,), None)
        for n in range(count)
    ]


def test_a_record_logged_during_the_counting_is_counted_too(repeats):
    class Talker:
        def __str__(self):
            assert repeats.filter(*records(1)) in {True, False}
            return "words"

    for record in records(LINES + 1):
        record.args = (Talker(),)
        repeats.filter(record)


def test_a_wrong_argument_raises_no_error_in_the_caller(repeats):
    for record in records(LINES + 3):
        record.msg = "%d things"
        record.args = ("two",)
        assert repeats.filter(record) in {True, False}


def test_without_a_timer_thread_the_next_record_writes_the_count(kept, clock, monkeypatch):
    class Refused(threading.Timer):
        def start(self):
            raise RuntimeError("can't start new thread")

    system = StandIn(threading, Timer=Refused)
    monkeypatch.setattr(module, "threading", system)  # no test takes the last thread
    for _ in range(LINES + 2):
        logging.getLogger("t").warning("again")
    clock.now += SECONDS
    logging.getLogger("t").warning("another")
    assert "2 more like it" in kept.lines[LINES]
