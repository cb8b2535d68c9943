import pytest
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from stoppress.live.protocol.wrapping import (
    forget_wrapped,
    sse_event,
    text_of,
    websocket_text,
    websocket_texts,
)

LIVE = '{"type":"live","stream":"Überblick"}'.encode()


def received(data):
    """Return what a WebSocket client makes of bytes: the payload of each text message."""
    client = ClientProtocol(parse_uri("ws://news.example/"), state=OPEN)
    client.receive_data(data)
    frames = client.events_received()
    assert all(frame.opcode is Opcode.TEXT and frame.fin for frame in frames)
    return [bytes(frame.data) for frame in frames]


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_text_of_any_size_is_one_websocket_message(size):
    assert received(websocket_text(b"a" * size)) == [b"a" * size]


def test_frames_are_websocket_messages_in_their_order():
    frames = (LIVE, b"b" * 200, b"c")
    assert received(websocket_texts(frames)) == list(frames)
    assert websocket_texts(()) == b""


def test_a_frame_is_a_server_sent_event_of_its_type():
    assert sse_event(LIVE, "news@0-aa") == b"event: live\nid: news@0-aa\ndata: " + LIVE + b"\n\n"
    assert sse_event(LIVE, "") == b"event: live\ndata: " + LIVE + b"\n\n"


def test_a_wrapped_frame_is_shared_until_it_is_forgotten():
    def wrapped():
        return [text_of(LIVE), websocket_texts((LIVE,)), sse_event(LIVE, "news@0-aa")]

    first = wrapped()
    assert all(one is other for one, other in zip(first, wrapped(), strict=True))
    forget_wrapped()
    assert not any(one is other for one, other in zip(first, wrapped(), strict=True))
    assert wrapped() == first
