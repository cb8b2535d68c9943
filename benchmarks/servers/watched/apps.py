"""The app: listens in a thread, which costs nothing while it waits."""

import os
import socket
import threading

from django.apps import AppConfig

PORT = "STOPPRESS_BENCH_WATCH"


class WatchedConfig(AppConfig):
    """Starts the thread if the environment names a port."""

    name = "benchmarks.servers.watched"

    def ready(self) -> None:
        # It imports models, which can be imported only once Django is loaded.
        from .watch import answer

        if port := os.environ.get(PORT):
            listening = socket.socket()
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listening.bind(("127.0.0.1", int(port)))
            except OSError:
                return  # the publisher has the same environment, and came second
            listening.listen()
            threading.Thread(target=answer, args=(listening,), daemon=True).start()
