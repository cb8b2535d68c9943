"""The rules of `stoppress.v1` that can be checked from outside, as the report words them."""

from stoppress.live.protocol.query import STREAMS_AT_MOST

# Rules for the frames of every transport.
FRAMES = {
    "opens": "a valid request is answered in time",
    "schema": "every frame matches protocol.schema.json",
    "asked": "no frame comes for a stream that was not asked for",
    "snapshot": "a snapshot has each item once, the largest order first, and at most its limit",
    "floor": "a snapshot's floor is the lowest order that it includes, or null",
    "live": "each stream gets one live frame, at the cursor that it has reached",
    "after": "an event's after is the previous cursor, and its position is the next",
    "item": "an event's item has the key of the event",
    "start": "a stream without a cursor begins with a snapshot, its reason start",
    "resume": "a cursor is answered with exactly the events after it, and no snapshot",
    "unknown": "an unreadable cursor is answered with a snapshot, its reason unknown",
    "ahead": "a cursor beyond the log is answered with a snapshot, its reason ahead",
    "fork": "a cursor that is not in the log is answered with a snapshot, its reason fork",
}

# Rules for a connection that stays open.
LASTING = {
    "hello": "hello comes first, and only once",
    "heartbeat": "heartbeats come in time, with the cursors of what was sent before",
}

RULES: dict[str, dict[str, str]] = {
    "WebSocket": {
        "subprotocol": "the subprotocol stoppress.v1 is chosen if the client offers it",
        "plain": "a client that offers no subprotocol gets the same frames",
        **LASTING,
        **FRAMES,
        "applied": "a client may send a message that says what it has applied",
        "1009": "a message of more than 4096 bytes is answered by closing with 1009",
        "no stream": "a query without a stream is accepted, then closed with 4400",
        "malformed": "a malformed stream name is accepted, then closed with 4400",
        "twice": "a query that names a stream twice is closed with 4400",
        "too many": f"a query for {STREAMS_AT_MOST + 1} streams is closed with 4400",
        "4404": "an unknown stream is accepted, then closed with 4404",
        "4409": "an unknown subprotocol is accepted, then closed with 4409",
        "origin": "a foreign Origin is refused with 403 at the handshake",
    },
    "SSE": {
        "type": "the answer is a text/event-stream that no cache may store",
        "unbuffered": "X-Accel-Buffering: no tells proxies not to buffer the answer",
        "at once": "the first event is sent at once",
        "framing": "the event field is the frame's type, and data is the frame on one line",
        **LASTING,
        **FRAMES,
        "id hello": "hello has no id",
        "id": "the id lists the cursor of every stream, once each has one",
        "Last-Event-ID": "Last-Event-ID overrides the cursors of the streams it names, no others",
        "400": "a malformed query is answered with 400",
        "404": "an unknown stream is answered with 404",
    },
    "Poll": {
        "type": "the answer is JSON with frames, cursors and next, and matches the schema",
        **FRAMES,
        "cursors": "an answer's cursors are those after its last frames",
        "next": "next is 0 if there is more, else a number of seconds",
        "200": "an answer has at most 200 frames",
        "cache": "caches may store a public answer for 2 seconds, and a private one never",
        "etag": "a public answer has an ETag; the same ETag in If-None-Match gets a 304, no body",
        "order": "the order of the streams in the query does not change the answer's bytes",
        "400": "a malformed query is answered with 400",
        "404": "an unknown stream is answered with 404",
    },
}
