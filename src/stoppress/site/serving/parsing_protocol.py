"""uvicorn's HTTP protocol, parsing one request at a time: the next one after the response."""

import asyncio
import logging
from typing import Any
from weakref import WeakKeyDictionary

import httptools
from uvicorn import Config
from uvicorn.server import ServerState

from . import waiting_protocol
from .body_parser import body_parser
from .pipelines import Pipelines
from .request_head import BadRequest
from .shared_timer import SharedTimer
from .waiting_protocol import WaitingProtocol

logger = logging.getLogger("stoppress.site")

# The longest head of a request (target and headers), in bytes; proxies allow 8 to 32 KiB.
HEAD_BYTES = 32 * 1024
# Bytes of heads and chunked bodies that one connection may parse in a turn of the event loop. Each
# slice costs some bytes more, since a chunk may be a single byte, and each slice is a call.
TURN_BYTES = 4 * 1024
SLICE_COST_BYTES = 64
# Objects that all connections of a server share.
_SHARED: WeakKeyDictionary[ServerState, tuple[SharedTimer, Pipelines]] = WeakKeyDictionary()


class ParsingProtocol(WaitingProtocol):
    """Feeds received bytes to the parser; `HttpProtocol` has the parser's callbacks."""

    _pipelines: Pipelines
    # Bytes since the parser's last callback, such as those of an endless header.
    _idle_bytes = 0
    _whole = False
    # Bytes of the body that are still to come; None for a chunked body.
    _body_left: int | None = 0
    _handshake = False
    # The parser must be replaced before the next request.
    _stale = False
    _waits_for_turn = False

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        shared = _SHARED.get(server_state)
        if shared is None:
            timer = SharedTimer(self.loop, waiting_protocol.HESITATES_SECONDS)
            shared = _SHARED[server_state] = timer, Pipelines(self.loop)
        self._shared_timer, self._pipelines = shared

    def _new_parser(self) -> httptools.HttpRequestParser:
        parser = httptools.HttpRequestParser(self)
        # As uvicorn does: a request sent after one with "Connection: close" is not an error.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    def go_on(self) -> None:
        """Parse the received bytes, up to the end of a request that is not answered yet."""
        self._waits_for_turn = False
        budget = TURN_BYTES
        while budget > 0 and self._unparsed.left and self._may_parse():
            most = self._body_left if self._awaits_body() else None
            data = self._unparsed.take(most)
            budget -= SLICE_COST_BYTES + (len(data) if most is None else 0)
            self._parse(data)
        if self.parser is None or self.is_closing():
            self._unparsed.clear()
            return
        if self._unparsed.left:
            self.flow.hold()
            self._go_on_later()
        else:
            self.flow.release()
        if self._awaits_body():
            if self._pace is None:
                self._wait_for_body()
        elif self._rests_until is not None and not self._whole:
            self._wait_for_head()

    def _may_parse(self) -> bool:
        """Return whether the next bytes may be parsed: no complete request waits for a response."""
        if self.parser is None or self.is_closing():
            return False
        return not self._whole or self.cycle is None or self.cycle.response_complete

    def _go_on_later(self) -> None:
        if self._unparsed.left and self._may_parse() and not self._waits_for_turn:
            self._waits_for_turn = True
            self._pipelines.join(self)

    def _parse(self, data: bytes | memoryview) -> None:
        self._idle_bytes += len(data)
        try:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade:
                self._at_upgrade()
        except httptools.HttpParserError as error:
            refusal = error.__context__
            if not isinstance(refusal, BadRequest):
                if isinstance(error, httptools.HttpParserCallbackError):
                    logger.error("could not read a request", exc_info=refusal)
                refusal = BadRequest(400, f"The request cannot be read: {error}.")
            self._refuse(refusal)
        else:
            if self._idle_bytes > HEAD_BYTES and not self.is_closing():
                self._refuse(BadRequest(431, "The request's headers are too large."))
            elif self._stale and self._whole:
                self._stale = False
                self.parser = self._new_parser()

    def _at_upgrade(self) -> None:
        """Continue where the parser has stopped, after a head with `Upgrade`."""
        if not self._handshake:
            self._stale = True
            self.parser = body_parser(self.headers, self)
        elif self._unparsed.left:
            # A client must wait for the response (RFC 6455, section 4.1).
            self._refuse(BadRequest(400, "Wait for the handshake's response before sending more."))
        else:
            self.handle_websocket_upgrade()

    def _awaits_body(self) -> bool:
        return self._body_begun and not self._whole
