"""A fault that needs a service is not applicable without one that the drill may stop."""

import pytest

from stoppress.drill.backend import Backend
from stoppress.drill.faults import services
from stoppress.drill.outcome import NotApplicable, Outcome
from stoppress.drill.stage import FAST, Stage
from tests.drill.doctored import event, log, record, snapshot

FAR = "postgres://nobody@127.0.0.1:9/none"


def reason(run, backend):
    with pytest.raises(NotApplicable) as told:
        run(Stage(backend, FAST, Outcome(0, "", backend.name)))
    return str(told.value)


@pytest.mark.parametrize("run", [services.restart_postgres, services.lose_the_last_commits])
def test_sqlite_has_no_server_and_the_drill_stops_no_server_without_permission(run):
    assert "SQLite has no server" in reason(run, Backend())
    assert "may not restart this PostgreSQL" in reason(run, Backend(FAR))


def test_sqlite_and_redis_backends_have_no_listen_connections():
    assert "SQLite" in reason(services.end_the_listening, Backend())
    told = reason(services.end_the_listening, Backend(FAR, "redis://127.0.0.1:9/0"))
    assert "not through LISTEN" in told


def test_the_drill_stops_no_redis_without_permission():
    assert "no Redis" in reason(services.lose_redis, Backend())
    told = reason(services.lose_redis, Backend(None, "redis://127.0.0.1:9/0"))
    assert "may not restart this Redis" in told


def test_a_reader_who_lost_the_connection_fails_the_fault():
    whole, cut = record(), record()
    cut.notes.append((1.0, "closed with 1011; trying again"))
    for readers, verdict in (([whole], "pass"), ([whole, cut], "fail")):
        stage = Stage(Backend(), FAST, Outcome(7, "listening", "SQLite"))
        services._never_cut(stage, readers)
        assert stage.outcome.verdict == verdict


def test_a_reader_counts_as_forked_only_with_a_snapshot_after_the_lost_event():
    lost, new = log(4), log(5, "b", common=2)
    told = record(event(lost, 4), snapshot(new, 5, "fork"))
    ahead = record(event(lost, 4), snapshot(new, 5, "ahead"))
    untold = record(event(lost, 4), event(new, 5))
    before = record(snapshot(new, 3, "fork"), event(lost, 4))
    assert services._forked([told, ahead, untold, before], lost.head) == 2
