"""Every frame that readers were sent is searched for text of uncommitted transactions."""

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


def test_text_of_a_committed_transaction_passes():
    assert verdict(event(LOG, 1), event(LOG, 2)) == "pass"


def test_one_frame_of_an_uncommitted_transaction_fails_the_fault():
    leaked = event(LOG, 2)
    leaked["item"] = {**leaked["item"], "headline": f"{NEVER}, 4"}
    assert verdict(event(LOG, 1), leaked) == "fail"
