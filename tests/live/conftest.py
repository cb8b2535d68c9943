from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from channels.routing import ProtocolTypeRouter

from stoppress import live
from stoppress.live.asgi_types import Application
from stoppress.live.hub.hub import Hub, running_hub, stop_hub
from stoppress.live.models import LoggedEvent
from stoppress.live.publishing import registry


class Board:
    """A stream `board`, whose state is what its own log says."""

    def __init__(self) -> None:
        self.taken = 0
        self.asked = 0
        self.broken = False

    def may_read(self, user: Any) -> bool:
        """Say who may read the stream `secret` beside it."""
        self.asked += 1
        return bool(user.is_staff)

    def take(self, limit: int) -> list[dict[str, Any]]:
        self.taken += 1
        if self.broken:
            raise RuntimeError("the snapshot cannot be taken")
        shown: dict[str, dict[str, Any]] = {}
        for event in LoggedEvent.objects.filter(stream="board").order_by("position"):
            shown.pop(event.key, None)
            if event.op == "put" and not event.redacted:
                shown[event.key] = {"key": event.key, "order": event.key, "version": event.version}
        return sorted(shown.values(), key=lambda item: str(item["order"]), reverse=True)


def item(key: str, version: int = 1, **more: object) -> dict[str, object]:
    return {"key": key, "version": version, "order": key, **more}


def put(key: str, version: int = 1, stream: str = "board", **more: object) -> None:
    live.publish(stream, "thing.said", item(key, version, **more))


@pytest.fixture
def board() -> Iterator[Board]:
    declared = Board()
    live.stream("board", public=True)(declared.take)
    live.stream("other:<name>", public=True, exists=lambda name: name != "none")(
        lambda limit, name: []
    )
    live.stream("secret", may_read=declared.may_read)(lambda limit: [])
    yield declared
    for pattern in ("board", "other:<name>", "secret"):
        registry.unregister(pattern)


@pytest.fixture
async def hub(transactional_db: None, board: Board) -> AsyncIterator[Hub]:
    yield running_hub()
    await stop_hub()


@pytest.fixture
async def site(transactional_db: None, board: Board) -> AsyncIterator[Application]:
    """Give an ASGI application that serves the live transports, and no pages."""

    yield live.asgi(ProtocolTypeRouter({}))
    await stop_hub()
