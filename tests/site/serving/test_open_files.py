import subprocess
import sys

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (128, int(sys.argv[1])))
from stoppress.site import setup
setup.load()
from stoppress.site.serving.open_files import allow_many_files
allow_many_files()
print(resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def run(hard, tmp_path):
    return subprocess.run(
        [sys.executable, "-c", LIMITED, str(hard)],
        env={"STOPPRESS_DATA": str(tmp_path), "STOPPRESS_MAX_READERS": "300"},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_server_opens_as_many_files_as_its_user_may(tmp_path):
    done = run(400, tmp_path)
    assert done.stdout == "(400, 400)\n" and done.stderr == ""


def test_too_few_files_for_the_readers_give_a_clear_warning(tmp_path):
    done = run(200, tmp_path)
    assert done.stdout == "(200, 200)\n"
    assert "may open 200 files, too few for STOPPRESS_MAX_READERS (300)" in done.stderr
