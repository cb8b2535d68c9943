"""A newer server: `stoppress serve`, with frame fields and frame types that no client knows yet.

Run `python -m stoppress.drill.tomorrow serve …`. It replaces the functions that make frames.
"""

import argparse
import sys
from collections.abc import Mapping

from stoppress.live.delivery import connection
from stoppress.live.protocol import frames

_encode, _say = frames.encode, connection.Connection.send_control


def _encode_more(frame: Mapping[str, object]) -> bytes:
    return _encode({**frame, "mood": "hopeful", "colours": {"sky": ["blue", None]}})


def _say_more(self: connection.Connection, frame: bytes) -> None:
    _say(self, frame)
    if self.open:
        _say(self, _encode({"type": "weather", "stream": "news", "rain": True}))


if __name__ == "__main__":
    # Before any other module has imported these names.
    frames.encode = _encode_more
    connection.Connection.send_control = _say_more  # type: ignore[method-assign]
    # Imported only now, so that these modules get the replaced functions.
    from stoppress.site import private_files, serve_command

    private_files.keep_to_owner()

    parser = argparse.ArgumentParser("stoppress.drill.tomorrow")
    serve_command.add_options(parser.add_subparsers(required=True).add_parser("serve"))
    sys.exit(serve_command.run(parser.parse_args()))
