import contextvars
import logging

from stoppress.live.one_line import OneLine
from stoppress.live.repeats import LINES, Repeats
from stoppress.live.request_id import RequestId, RequestIds, current_id

from .test_one_line import record

FORMAT = OneLine("{name}{in_request}: {message}", style="{")


def line(**more: object) -> str:
    made = record("it is so", **more)
    assert RequestIds().filter(made)
    return FORMAT.format(made)


def test_a_line_has_the_id_of_its_request():
    def answer() -> tuple[RequestId, contextvars.Context]:
        request = RequestId("4f")
        return request, contextvars.copy_context()

    request, kept = contextvars.copy_context().run(answer)
    assert (line(), current_id()) == ("site: it is so", "")
    assert kept.run(line) == "site [4f]: it is so"
    request.end()
    # A timer that it left behind works for others too.
    assert (kept.run(line), kept.run(current_id)) == ("site: it is so", "")


def test_a_record_may_set_its_request_id():
    assert line(request_id="b0") == "site [b0]: it is so"


def test_a_summary_of_repeated_lines_belongs_to_no_request():
    kept: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = kept.append
    repeats = Repeats(seconds=3600)
    handler.addFilter(repeats)
    handler.addFilter(RequestIds())
    logger = logging.getLogger("tests.request_id")
    logger.addHandler(handler)
    try:

        def answer() -> None:
            request = RequestId("4f")
            for _ in range(LINES + 1):
                logger.warning("again")
            repeats.report()
            request.end()

        contextvars.copy_context().run(answer)
    finally:
        logger.removeHandler(handler)
    assert [each.__dict__["request_id"] for each in kept] == ["4f"] * LINES + [""]
