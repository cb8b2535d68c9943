"""`encode_safely`: the limits for a hostile picture, and for many at once."""

import threading

import pytest

from stoppress.newsroom.pictures import sandbox
from stoppress.newsroom.pictures.encoded import NotAPicture, OthersFirst
from stoppress.newsroom.pictures.encoding import encode
from stoppress.newsroom.pictures.sandbox import encode_safely

from . import drawn, hostile

pytestmark = pytest.mark.slow("starts processes")


@pytest.mark.parametrize(
    "data",
    [drawn.described(), drawn.with_swapped_profile(), *map(drawn.file, ("AVIF", "WEBP", "GIF"))],
)
def test_the_sandbox_returns_the_same_as_this_process(data):
    assert encode_safely(data) == encode(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(hostile.slow(), hostile.SLOW, id="a thousand scans"),
        pytest.param(hostile.memory(), hostile.BIG, id="several times in memory"),
        *(pytest.param(data, words, id=name) for name, data, words in hostile.bombs()),
        pytest.param(b"\xff\xd8\xff", hostile.encoding.DAMAGED, id="no format fits"),
        pytest.param(b"caf\xe9 noir", hostile.signatures.UNKNOWN, id="no text"),
    ],
)
def test_a_decompression_bomb_is_stopped_in_its_process(data, words):
    with pytest.raises(NotAPicture) as refused:
        encode_safely(data, cpu_seconds=2)
    assert str(refused.value.words) == words


def test_an_upload_beyond_the_queue_is_refused_at_once(monkeypatch):
    inside, go_on = threading.Semaphore(0), threading.Event()

    def waits(*_):
        inside.release()
        assert go_on.wait(60)
        return sandbox.Answer(b'{"refused": ["no", {}]}\n', sandbox.End.DONE)

    monkeypatch.setattr(sandbox, "ask_child", waits)  # a picture that takes as long as the test
    most = sandbox.AT_ONCE + sandbox.WAITING
    refusals: list[type[Exception]] = []

    def upload():
        try:
            encode_safely(b"")
        except NotAPicture as error:
            refusals.append(type(error))

    threads = [threading.Thread(target=upload) for _ in range(most)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(sandbox.AT_ONCE):
            assert inside.acquire(timeout=60)
        while sandbox._queue.acquire(blocking=False):
            sandbox._queue.release()
        with pytest.raises(OthersFirst):
            encode_safely(b"")
        assert not inside.acquire(blocking=False)
    finally:
        go_on.set()
        for thread in threads:
            thread.join(60)
    assert refusals == [NotAPicture] * most
    with pytest.raises(NotAPicture, match="no"):
        encode_safely(b"")  # the places are free again
