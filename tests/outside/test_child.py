"""`ask_child`: a module in a process of its own, and why it ended."""

import signal

import pytest

from stoppress.outside.child import Answer, End, ask_child

MODULE = "tests.outside.odd_child"


@pytest.fixture(autouse=True)
def found(monkeypatch, request):
    monkeypatch.setenv("PYTHONPATH", str(request.config.rootpath))


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (b"print('words')", Answer(b"words\n", End.DONE)),
        (b"print('first', flush=True); exit(3)", Answer(b"first\n", End.EXIT, 3)),
        (b"raise MemoryError", Answer(b"", End.MEMORY, 1)),
        (
            b"import os; os.kill(os.getpid(), 9)",
            Answer(b"", End.SIGNAL, signal.SIGKILL),
        ),
    ],
)
def test_the_output_and_the_reason_of_the_end_are_returned(given, answer):
    assert ask_child(MODULE, given, 60) == answer


def test_output_before_the_timeout_is_kept():
    slow = b"import time\nprint('first', flush=True)\ntime.sleep(60)"  # longer than it may take
    answer = ask_child(MODULE, slow, 3)
    assert answer.end is End.TIME and answer.output in (b"first\n", b"")


def test_the_child_does_not_inherit_the_environment(monkeypatch):
    for name in ("STOPPRESS_SECRET_KEY", "DATABASE_URL", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "secret")
    told = ask_child(MODULE, b"import os; print(sorted(os.environ))", 60).output
    assert b"PATH" in told and b"secret" not in told.lower()
    assert not any(word in told for word in (b"STOPPRESS", b"DATABASE", b"AWS"))
