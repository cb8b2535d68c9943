import subprocess
import sys

CODE = """
import gc
from stoppress.site.serving.collector import freeze_what_stays

class Ring:
    gone = 0
    def __init__(self): self.me = self
    def __del__(self): Ring.gone += 1

kept = [Ring() for _ in range(3)]
Ring()
freeze_what_stays()
frozen = gc.get_freeze_count()
for _ in range(5):
    Ring()
gc.collect()
print(frozen > 1000, Ring.gone, gc.get_threshold())
"""


def test_loaded_objects_are_frozen_and_garbage_is_still_found():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60)
    assert done.stdout == "True 6 (10000, 2, 500)\n", done.stderr
