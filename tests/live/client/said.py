"""Frames of a scripted server for a client."""


def at(position, link="a"):
    return f"{position}-{link * 16}"


def event(position, after=None, link="a"):
    return {
        "type": "event",
        "stream": "news",
        "after": after or at(position - 1),
        "cursor": at(position, link),
        "op": "put",
        "key": f"k{position}",
        "item": {"key": f"k{position}", "order": "x"},
    }


SNAPSHOT = {"type": "snapshot", "stream": "news", "cursor": at(1), "items": []}
HELLO = {"type": "hello", "heartbeat": 25}
