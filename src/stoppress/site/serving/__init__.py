"""The server: uvicorn, its sockets, and HTTP as it is spoken on them."""
