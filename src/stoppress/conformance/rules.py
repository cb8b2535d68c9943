"""The rules of `stoppress.v1` that can be seen from outside, in words."""

from stoppress.live.protocol.query import STREAMS_AT_MOST

# Of the frames of a connection, whichever transport brings them.
FRAMES = {
    "opens": "what may be asked for is answered in time",
    "schema": "every frame is as protocol.schema.json has it",
    "asked": "nothing comes of a stream that was not asked for",
    "snapshot": "a snapshot has each item once, the largest order first, and at most its limit",
    "floor": "a snapshot's floor is the lowest order that it includes, or null",
    "live": "live comes once for each stream, at the cursor reached by then",
    "after": "an event's after is the cursor before it, and its own position the next",
    "item": "an event's item is that of its key",
    "start": "a stream without a cursor begins with a snapshot, its reason start",
    "resume": "from a cursor comes exactly what came after it, and no snapshot",
    "unknown": "a cursor that cannot be read is answered with a snapshot, its reason unknown",
    "ahead": "a cursor beyond the log is answered with a snapshot, its reason ahead",
    "fork": "a cursor that is not in the log is answered with a snapshot, its reason fork",
}

# Of a connection that stays.
LASTING = {
    "hello": "hello comes first, and once",
    "heartbeat": "a heartbeat comes in its time, and its cursors are what was sent before it",
}

RULES: dict[str, dict[str, str]] = {
    "WebSocket": {
        "subprotocol": "the subprotocol stoppress.v1 is chosen where it is offered",
        "plain": "a client that offers no subprotocol is served the same",
        **LASTING,
        **FRAMES,
        "applied": "a client may say what it has applied",
        "1009": "a message of more than 4096 bytes is closed with 1009",
        "no stream": "a query without a stream is accepted, then closed with 4400",
        "malformed": "a name that can be none is accepted, then closed with 4400",
        "twice": "a stream that is asked for twice is closed with 4400",
        "too many": f"{STREAMS_AT_MOST + 1} streams are closed with 4400",
        "4404": "a stream that is none is accepted, then closed with 4404",
        "4409": "another protocol is accepted, then closed with 4409",
        "origin": "a foreign Origin is refused with 403 at the handshake",
    },
    "SSE": {
        "type": "the answer is a text/event-stream that no cache may keep",
        "unbuffered": "X-Accel-Buffering: no keeps proxies from holding it back",
        "at once": "something is sent at once",
        "framing": "event is the frame's type, and data the frame on one line",
        **LASTING,
        **FRAMES,
        "id hello": "hello has no id",
        "id": "id is the cursor of every stream, once each has one",
        "Last-Event-ID": "Last-Event-ID overrides the cursors of the streams it names, no others",
        "400": "a query that cannot be read is answered with 400",
        "404": "a stream that is none is answered with 404",
    },
    "Poll": {
        "type": "the answer is JSON: frames, cursors and next, as the schema has them",
        **FRAMES,
        "cursors": "an answer's cursors are those that its frames lead to",
        "next": "next is 0 where there is more, and a number of seconds where there is not",
        "200": "an answer has 200 frames at most",
        "cache": "a public answer may be kept for 2 seconds; a private one not at all",
        "etag": "a public answer has an ETag, and with If-None-Match it is a 304 without a body",
        "order": "streams asked for in another order are answered with the same bytes",
        "400": "a query that cannot be read is answered with 400",
        "404": "a stream that is none is answered with 404",
    },
}
