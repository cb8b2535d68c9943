"""What a killed or rolled-back transaction says is looked for in all that readers were sent."""

from stoppress.drill.backend import Backend
from stoppress.drill.faults.kills import must_never_show
from stoppress.drill.outcome import Outcome
from stoppress.drill.plan import NEVER
from stoppress.drill.stage import FAST, Stage
from tests.drill.doctored import event, log, record

LOG = log(3)


def verdict(*frames):
    stage = Stage(Backend(), FAST, Outcome(3, "rollback", "SQLite"))
    must_never_show(stage, [record(*frames), record(event(LOG, 1))])
    return stage.outcome.verdict


def test_what_was_committed_may_be_shown():
    assert verdict(event(LOG, 1), event(LOG, 2)) == "pass"


def test_one_reader_who_was_sent_what_was_never_committed_fails_the_fault():
    leaked = event(LOG, 2)
    leaked["item"] = {**leaked["item"], "headline": f"{NEVER}, 4"}
    assert verdict(event(LOG, 1), leaked) == "fail"
