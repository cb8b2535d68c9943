"""A light reader applies the frames of our servers, and notes frames that break the rule."""

import asyncio
import json
from contextlib import asynccontextmanager

from stoppress.drill.frame_table import FrameTable
from stoppress.drill.light_reader import LightReader
from tests.live.asking import until

from .doctored import cursor, event, log, snapshot

LOG = log(5)
TEXT, CLOSE, PING = 0x81, 0x88, 0x89
HELLO = {"type": "hello", "heartbeat": 20}
LIVE = {"type": "live", "stream": "news", "cursor": cursor(3)}
PONG = bytes((0x8A, 0x82)) + bytes(4) + b"hi"


def text_frame(frame):
    data = json.dumps(frame).encode()
    size = bytes((len(data),)) if len(data) < 126 else bytes((126,)) + len(data).to_bytes(2, "big")
    return bytes((TEXT,)) + size + data


@asynccontextmanager
async def reading(*messages):
    """Run a light reader against a server that sends some messages once, and then only reads."""
    left = [messages]
    answered, serving = bytearray(), []

    async def serve(reader, writer):
        serving.append(asyncio.current_task())
        try:
            await reader.readuntil(b"\r\n\r\n")
            status = b"101 Switching Protocols" if left else b"503 Service Unavailable"
            said_once = b"".join(left.pop()) if left else b""
            writer.write(b"HTTP/1.1 " + status + b"\r\n\r\n" + said_once)
            while data := await reader.read(100):
                answered.extend(data)
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    light = LightReader(0, url, "light", {"news": None}, FrameTable())
    light.start()
    try:
        yield light, answered
    finally:
        await light.leave()
        server.close()
        await asyncio.gather(*serving, return_exceptions=True)


def notes(light):
    return [words for _, words in light.notes]


async def test_the_reader_applies_frames_and_reports_its_cursors():
    frames = [HELLO, snapshot(LOG, 3), LIVE, event(LOG, 3), event(LOG, 4)]
    async with reading(*map(text_frame, frames)) as (light, _):
        await until(lambda: light.at({"news": cursor(4)}))
        assert light.joined() and notes(light) == ["connected"]
        assert not light.at({"news": cursor(5)})
        assert len(light.applied) == 2  # what it had already is not applied again
    assert not light.joined() and light.at({"news": cursor(4)})


async def test_the_reader_answers_a_ping_with_the_same_payload():
    async with reading(bytes((PING, 2)) + b"hi") as (light, answered):
        await until(lambda: answered == PONG)
        assert notes(light) == ["connected"]


async def test_the_reader_records_the_close_code_and_reconnects():
    async with reading(bytes((CLOSE, 2)) + (4002).to_bytes(2, "big")) as (light, _):
        await until(lambda: len(light.notes) > 1)
        assert notes(light)[:2] == ["connected", "closed with 4002; trying again"]


async def test_an_event_after_a_gap_is_noted_as_lost():
    async with reading(*map(text_frame, [snapshot(LOG, 2), event(LOG, 4)])) as (light, _):
        await until(lambda: len(light.notes) > 1)
        assert notes(light)[1] == "an event was lost; trying again"
        assert light.at({"news": cursor(2)})


async def test_a_halted_reader_reads_nothing_until_it_resumes():
    async with reading(text_frame(snapshot(LOG, 2))) as (light, _):
        light.halt()
        await until(lambda: notes(light) == ["connected"])
        assert not light.applied
        light.go_on()
        await until(lambda: light.at({"news": cursor(2)}))
