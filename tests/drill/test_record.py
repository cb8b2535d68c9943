"""A reader's record shows lost connections and the reasons of snapshots."""

from dataclasses import replace

from stoppress.drill.record import cut_off

from .doctored import log, record, snapshot

LOG = log(3)
CUT = [(1.0, "connected"), (2.0, "closed with 4002; trying again"), (3.0, "connected")]


def test_a_lost_connection_is_a_cut_off_but_not_for_a_poll():
    whole = replace(record(), notes=CUT[:1])
    cut = replace(record(), notes=CUT)
    assert (whole.cuts(), cut.cuts()) == (0, 1)
    assert cut_off([whole, cut, replace(cut, transport="poll")]) == [cut]


def test_the_record_keeps_the_reasons_of_snapshots_in_order():
    told = record(snapshot(LOG, 1), snapshot(LOG, 2, "fork"), snapshot(LOG, 3, "behind"))
    assert told.resets() == ["start", "fork", "behind"]
    assert len(told.of("news")) == 3 and not told.of("sport")
