"""`--quick` runs the tests that need only this process, and reports the others."""

import pytest

from . import quick

pytest_plugins = ["pytester"]

TESTS = """
import subprocess
import sys
import threading

import pytest


@pytest.fixture
def serve():
    raise AssertionError("no server is to be started")


def test_plain():
    pass


def test_of_a_server(serve):
    pass


@pytest.mark.slow("it waits for the moon")
def test_slow():
    raise AssertionError("it is not to be run")


@pytest.mark.slow("it waits for a bus", one_in=2)
@pytest.mark.parametrize("number", range(5))
def test_many(number):
    assert number % 2 == 0


@pytest.mark.parametrize("number", range(10))
def test_of_many_cases(number):
    assert number in {0, 1, 2, 6}


def test_of_a_process():
    subprocess.run([sys.executable, "-c", "raise SystemExit(0)"])
    raise AssertionError("no process is to be started")


def test_that_fails():
    assert not 1
"""


PLUGINS = ("no:django", "no:asyncio", "tests.services.quick", "tests.services.honesty")


def run(pytester, *options):
    plugins = [word for plugin in PLUGINS for word in ("-p", plugin)]
    return pytester.runpytest_inprocess(*plugins, *options)


def test_tests_that_need_a_service_or_a_process_or_are_slow_are_left_out_with_the_reason(
    pytester, monkeypatch
):
    monkeypatch.setenv("CI", "true")  # where what is skipped without `--quick` is a failure
    path = pytester.makepyfile(TESTS)
    result = run(pytester, "--quick", "--deselect", f"{path.name}::test_that_fails", path)
    result.assert_outcomes(passed=8, skipped=1, deselected=11)
    result.stdout.fnmatch_lines_random(
        [
            "left out, it needs a process: 1 (. 1)",
            "left out, it needs a server: 1 (. 1)",
            "left out, it takes long, it waits for the moon: 1 (. 1)",
            "left out, it takes long, it waits for a bus: 2 (. 2)",
            "left out, it is a further case, and not the one in 4: 6 (. 6)",
            "8 of 19 cases, in * s (* s of CPU)",
        ]
    )
    assert result.ret == 0


def test_a_bug_fails_the_run(pytester):
    result = run(pytester, "--quick", pytester.makepyfile(TESTS))
    result.assert_outcomes(passed=8, failed=1, skipped=1, deselected=10)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_full_run_without_any_test_of_a_package_fails(pytester):
    pytester.makeini("[pytest]\ntestpaths = .")
    pytester.makepyfile("def test_plain(): pass")
    result = run(pytester, "--quick")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines_random(["Too little is tried: no case in tests/live/hub"])
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_every_package_has_its_place_but_what_django_asks_for_belongs_to_the_app():
    packages = quick.packages()
    assert {"tests/live", "tests/live/readers/limits", "tests/drill/faults"} <= packages
    assert not any("management" in place or "migrations" in place for place in packages)
