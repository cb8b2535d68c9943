import subprocess
import sys


def test_a_sites_own_tests_leave_no_database_session_open(postgres):
    """The database could not be dropped otherwise."""
    command = [sys.executable, "-m", "tests.live.sites_tests", postgres.new_database()]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert "Ran 3 tests" in ran.stderr
