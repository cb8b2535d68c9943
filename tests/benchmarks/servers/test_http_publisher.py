"""The publisher does not wait for answers, and yet none is lost on it."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from benchmarks.article import article, compact
from benchmarks.servers.base import CannotRun
from benchmarks.servers.http_publisher import HttpPublisher

SECONDS = 10.0
DONE = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
Pair = tuple[HttpPublisher, socket.socket]


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server that says nothing of its own accord."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(SECONDS)
        yield listener


@pytest.fixture
def pair(listener: socket.socket) -> Iterator[Pair]:
    """A publisher and the server's end of its connection."""
    with (
        closing(HttpPublisher(listener.getsockname()[1], "/publish")) as publisher,
        listener.accept()[0] as connection,
    ):
        connection.settimeout(SECONDS)
        yield publisher, connection


def hear(connection: socket.socket, last: int) -> str:
    """Return what the publisher has said up to the article `last`."""
    heard = ""
    while not heard.endswith(compact(article(last))):
        data = connection.recv(65536)
        assert data, "the publisher has closed the connection"
        heard += data.decode()
    return heard


def publish_in_vain(publisher: HttpPublisher) -> None:
    """Publish until the publisher has noticed what has become of the server."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        publisher.publish([1])


def test_articles_go_out_in_order_before_any_answer(pair: Pair) -> None:
    publisher, connection = pair
    publisher.publish([1, 2])
    publisher.publish([3])
    heard = hear(connection, 3)
    places = [heard.index(compact(article(number))) for number in (1, 2, 3)]
    assert places == sorted(places)
    assert heard.count("POST /publish HTTP/1.1") == 3


def test_good_answers_are_not_reported(pair: Pair) -> None:
    publisher, connection = pair
    publisher.publish([1])
    connection.sendall(DONE)
    publisher.publish([2])
    assert hear(connection, 2)


@pytest.mark.parametrize("cut", [0, 5, 9])
def test_a_refusal_that_arrives_in_pieces_is_reported(pair: Pair, cut: int) -> None:
    publisher, connection = pair
    refusal = DONE.replace(b"202 Accepted", b"403 Forbidden")
    connection.sendall(DONE + refusal[:cut])
    publisher.publish([1])
    connection.sendall(refusal[cut:])
    with pytest.raises(CannotRun, match="403"):
        publish_in_vain(publisher)


def test_a_server_that_hangs_up_before_it_answers_is_reported(pair: Pair) -> None:
    publisher, connection = pair
    publisher.publish([1])
    connection.close()
    with pytest.raises(CannotRun, match="closed the publisher's connection"):
        publish_in_vain(publisher)


def test_the_publisher_reconnects_to_a_server_that_closed_an_idle_connection(
    pair: Pair, listener: socket.socket
) -> None:
    publisher, connection = pair
    publisher.publish([1, 2])
    hear(connection, 2)
    connection.sendall(DONE + DONE)
    connection.close()
    publisher.publish([3])
    again, _ = listener.accept()
    with again:
        again.settimeout(SECONDS)
        assert "POST /publish" in hear(again, 3)


def test_a_server_that_has_ended_is_reported(pair: Pair, listener: socket.socket) -> None:
    publisher, connection = pair
    listener.close()
    connection.close()
    with pytest.raises(CannotRun, match="no longer accepts articles"):
        publish_in_vain(publisher)
