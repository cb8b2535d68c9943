"""One process of several that fight for places: prints from when until when it had each."""

import random
import sys
import time

from django.conf import settings

from stoppress.live.protocol.refusals import Refusal
from stoppress.live.readers.limits import admission

SECONDS = 2.0

path, slot, slots, each, everybody = sys.argv[1], *map(int, sys.argv[2:])
settings.configure(
    STOPPRESS_LIVE={
        "MAX_READERS_PER_ADDRESS": each,
        "MAX_READERS": everybody,
        "HANDSHAKES_PER_SECOND": 0,
    },
)
admission.share(path, slot, slots)
held = []
lines = []
refused = 0
end = time.monotonic() + SECONDS
while time.monotonic() < end:
    address = f"192.0.2.{random.randrange(3)}"
    try:
        release = admission.admission().admit(address)
        held.append((address, time.monotonic_ns(), release))
    except Refusal:
        refused += 1
    while held and (len(held) > 8 or random.random() < 0.5):
        address, start, release = held.pop(random.randrange(len(held)))
        lines.append(f"held {address} {start} {time.monotonic_ns()}")
        release()
for address, start, release in held:
    lines.append(f"held {address} {start} {time.monotonic_ns()}")
    release()
print("\n".join([*lines, f"refused {refused}"]))
