"""The fast path: on uvicorn, frames for readers of public streams go straight to the transport.

    uvicorn --ws stoppress.live.fast_path.handshake:HandshakeProtocol site.asgi:application

`stoppress serve` uses it by default.
"""

import re

import uvicorn

from stoppress.live.errors import WrongUvicorn

# The classes here inherit from uvicorn's, and use internals that uvicorn may change. So there is an
# END: the first version that was not tested. The tests run with the newest version below it.
OLDEST, END = (0, 52, 1), (0, 55)


def require_uvicorn(installed: str) -> None:
    """Check a version of uvicorn.

    Raises:
        WrongUvicorn: the classes of this package were not tried with it.
    """
    version = tuple(int(part) for part in re.findall(r"\d+", installed)[:3])
    if not OLDEST <= version < END:
        wanted = f"uvicorn>={'.'.join(map(str, OLDEST))},<{'.'.join(map(str, END))}"
        raise WrongUvicorn(
            f"stoppress.live.fast_path was not tried with uvicorn {installed}: "
            f'pip install "{wanted}". A site of your own runs with any version of uvicorn if it is '
            "started without --ws."
        )


require_uvicorn(uvicorn.__version__)
