"""`stoppress drill` on the command line."""

import json
import subprocess

import pytest

from stoppress.drill import report
from stoppress.drill.faults import FAULTS
from stoppress.drill.outcome import Outcome
from tests.services.serve import COMMAND

pytestmark = pytest.mark.backend("sqlite")  # the database does not matter


def drill(server, *options, seconds=50):
    return subprocess.run(
        [COMMAND, "drill", *options],
        env=server.env if server else None,
        capture_output=True,
        text=True,
        timeout=seconds,
    )


def test_the_command_lists_the_faults():
    done = drill(None, "--list")
    assert done.returncode == 0
    assert [line.split()[0] for line in done.stdout.splitlines()] == [
        str(fault.number) for fault in FAULTS
    ]


@pytest.mark.parametrize("only", ["0", "29", "1,x", ""])
def test_an_unknown_fault_number_is_refused_with_a_message(only):
    done = drill(None, "--only", only)
    assert done.returncode == 2 and "faults are 1 to 28" in done.stderr


def test_a_running_site_is_disturbed_from_outside_and_compared_with_its_log(serve, tmp_path):
    server = serve(env={"STOPPRESS_HEARTBEAT": "1"})
    publisher = [COMMAND.with_name("python"), "-m", "stoppress.drill.process", "publisher"]
    subprocess.run([*publisher, "0", "--open", "3"], env=server.env, check=True, timeout=60)
    found = tmp_path / "drill.json"
    with subprocess.Popen(
        [*publisher, "60", "--over", "6"], env=server.env, stdout=subprocess.DEVNULL
    ) as publishing:
        done = drill(server, "--url", server.url, "--readers", "30", "--json", str(found))
        publishing.wait(30)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "with the log of the installation that the environment names" in done.stdout
    assert {outcome["verdict"] for outcome in json.loads(found.read_text())} == {"pass"}


def test_an_unreachable_site_fails_with_a_message(serve):
    server = serve()
    server.kill9()
    done = drill(server, "--url", server.url)
    assert done.returncode == 1 and "refused" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_the_report_has_lines_of_text_a_table_and_a_summary():
    held = Outcome(1, "a worker killed", "SQLite", readers=200, mutations=500, seconds=1.234)
    failed = Outcome(2, "a publisher killed", "SQLite", "fail", missing=3, words=["gone"])
    missing = Outcome(9, "a failover", "SQLite", "n/a", words=["SQLite has no server."])
    assert "0 missing" in report.line(held) and "1.23 s" in report.line(held)
    assert report.line(failed).startswith("✗") and "3 missing" in report.line(failed)
    assert report.line(missing).endswith("n/a: SQLite has no server.")
    table = report.table([held, failed, missing])
    assert len({line.count("|") for line in table.splitlines() if line.startswith("|")}) == 1
    assert "- 9, SQLite: SQLite has no server." in table
    assert "1 passed, 1 failed, 1 not applicable" in report.summary([held, failed, missing])
    assert report.summary([held]).startswith("Every reader was equal")
