"""The documented systemd unit: a sandbox, in which the server can do its work."""

import configparser
from pathlib import Path

import pytest

from tests.services.serve import Server

from .site.processes.test_supervisor import children

DOCS = Path(__file__).parents[1] / "docs"
UNIT = DOCS / "operations" / "stoppress.service"

REQUIRED = {
    "UMask": "0077",
    "User": "stoppress",
    "StateDirectory": "stoppress",
    "RuntimeDirectory": "stoppress",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "RestrictNamespaces": "yes",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "MemoryDenyWriteExecute": "yes",
    "SystemCallFilter": "@system-service ~@privileged @keyring",
    "SystemCallArchitectures": "native",
}


def service() -> dict[str, str]:
    """Return the unit's settings; the values of one that stands several times are joined."""
    settings: dict[str, str] = {}
    section = ""
    for line in UNIT.read_text().splitlines():
        if line.startswith("["):
            section = line
        elif section == "[Service]" and line and not line.startswith("#"):
            name, _, value = line.partition("=")
            settings[name] = f"{settings[name]} {value}" if name in settings else value
    return settings


def test_the_unit_takes_what_the_server_does_not_need():
    known = service()
    assert {name: known.get(name) for name in REQUIRED} == REQUIRED


def test_the_unit_gives_the_server_time_to_leave_and_the_data_a_place():
    known = service()
    environment = known["Environment"].split()
    assert f"STOPPRESS_DATA=/var/lib/{known['StateDirectory']}" in environment
    assert int(known["TimeoutStopSec"]) >= 30 and known["StateDirectoryMode"] == "0700"
    assert known["ExecReload"] == "/bin/kill -HUP $MAINPID"


def test_the_unit_has_systemds_sections_and_no_line_that_is_no_setting():
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.read_string(UNIT.read_text())
    assert parser.sections() == ["Unit", "Service", "Install"]


@pytest.mark.backend("sqlite")  # the database does not matter
def test_no_process_of_a_server_has_memory_that_is_both_written_and_run(serve):
    server: Server = serve("--workers", "2")
    workers, [background] = children(server), children(server, "background.process")
    for pid in (server.process.pid, background, *workers):
        maps = [line.split() for line in Path(f"/proc/{pid}/maps").read_text().splitlines()]
        assert maps and [row for row in maps if {"w", "x"} <= set(row[1])] == []
