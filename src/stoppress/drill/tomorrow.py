"""A server of tomorrow: `stoppress serve` whose frames have fields and types that nobody knows yet.

`python -m stoppress.drill.tomorrow serve …`; what it wraps is how frames are made.
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
    # Before anything has taken them over by name.
    frames.encode = _encode_more
    connection.Connection.send_control = _say_more  # type: ignore[method-assign]
    # Only now, so that they take what was replaced above.
    from stoppress.site import private_files, serve_command

    private_files.keep_to_owner()

    parser = argparse.ArgumentParser("stoppress.drill.tomorrow")
    serve_command.add_options(parser.add_subparsers(required=True).add_parser("serve"))
    sys.exit(serve_command.run(parser.parse_args()))
