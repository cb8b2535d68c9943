"""The fast path: on uvicorn, readers of public streams are written to straight at the transport.

    uvicorn --ws stoppress.live.fast_path.handshake:HandshakeProtocol site.asgi:application

`stoppress serve` does so by itself.
"""
