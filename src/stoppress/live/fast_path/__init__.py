"""The fast path: on uvicorn, frames for readers of public streams go straight to the transport.

    uvicorn --ws stoppress.live.fast_path.handshake:HandshakeProtocol site.asgi:application

`stoppress serve` uses it by default.
"""
