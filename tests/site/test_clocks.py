"""Servers of one installation on machines with different clocks: the database's clock decides."""

import hashlib
import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.services.clock import MISSING, Clock, clock
from tests.services.serve import Server
from tests.site.test_serve import get
from tests.site.web.test_metrics import value

pytestmark = pytest.mark.backend("postgres")  # on SQLite there is only the machine's clock

FAST = timedelta(minutes=10)
EMBARGO = timedelta(minutes=7)
TOKEN = "sp_of_the_desk"
REFUSED = " s ahead of the database's: no scheduled article is published here"


@pytest.fixture
def wrong_clock(tmp_path) -> Clock:
    """A clock that is ten minutes ahead."""
    made = clock(tmp_path)
    if made is None:
        pytest.skip(MISSING)
    made.set(FAST.total_seconds())
    return made


def allow(server: Server) -> None:
    """Let the program in."""
    row = ["desk", hashlib.sha256(TOKEN.encode()).hexdigest(), "publish"]
    insert = (
        "INSERT INTO newsroom_apitoken (name, digest, scope, created) VALUES (%s, %s, %s, now())"
    )
    with psycopg.connect(server.env["DATABASE_URL"]) as database:
        database.execute(insert, row)


class Desk:
    """A program that publishes at one of the servers."""

    def __init__(self, server: Server) -> None:
        self._server = server

    def send(self, path: str = "", **fields: object) -> tuple[int, dict[str, object]]:
        """Return the status and the answer of a call: a GET if there are no fields."""
        request = urllib.request.Request(
            f"{self._server.url}/api/articles{path}",
            json.dumps(fields).encode() if fields else None,
            {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            return error.code, json.load(error)


def in_time(after: timedelta) -> str:
    return (datetime.now(UTC) + after).isoformat()


def on_top(server: Server, *headlines: str) -> str:
    """Return the one of these headlines that stands first on the front page."""
    _, page = get(server, "/")
    return min(headlines, key=page.index)


@pytest.mark.slow("it starts two servers")
def test_a_fast_clock_breaks_no_embargo_and_puts_no_story_on_top(serve, wrong_clock):
    fast = serve(env=wrong_clock.env)
    right = serve(data=fast.data, env={"DATABASE_URL": fast.env["DATABASE_URL"]})
    allow(fast)
    here, there = Desk(fast), Desk(right)

    # Its worker publishes nothing by schedule, and leaves the work to the other server.
    later = in_time(EMBARGO)
    times = {"publish_at": in_time(-EMBARGO), "embargoed_until": later}
    _, scheduled = there.send(headline="By schedule", **times)
    times = {"publish_at": in_time(timedelta(0)), "pub_status": "withheld"}
    _, due = there.send(headline="Due at once", **times)
    right.process.wait_until(
        lambda: there.send(f"/{due['id']}")[1]["pub_status"] == "usable", "it published what is due"
    )
    assert there.send(f"/{scheduled['id']}")[1]["pub_status"] == "withheld"
    assert REFUSED in fast.log.read_text()

    # Nor does anybody else at the fast server.
    status, held = here.send(headline="Held", pub_status="usable", embargoed_until=later)
    assert (status, held["pub_status"]) == (201, "withheld")
    status, refused = here.send(f"/{held['id']}/publish", note="now")
    assert status == 409 and "under embargo" in str(refused)

    # A story has the place of its time.
    here.send(headline="Posted here", pub_status="usable")
    there.send(headline="Posted there", pub_status="usable")
    assert on_top(right, "Posted here", "Posted there") == "Posted there"

    # Operators are told; readers are served.
    fast.process.wait_until(
        lambda: 599 < value(fast, "stoppress_clock_ahead_seconds") < 601, "it has compared"
    )
    assert get(fast, "/readyz") == (200, "ready\n")
    assert fast.log.read_text().count("machine's clock is") == 2  # it is wrong, and what follows

    # A clock that jumps back changes nothing.
    wrong_clock.set(-FAST.total_seconds())
    here.send(headline="Posted here again", pub_status="usable")
    assert on_top(fast, "Posted there", "Posted here again") == "Posted here again"
    assert "Held" not in get(right, "/")[1] and "By schedule" not in get(right, "/")[1]
