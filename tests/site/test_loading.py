"""What is loaded is no garbage."""

import gc

import pytest

from stoppress.site.loading import uncollected


def test_the_collector_rests_in_the_block_and_leaves_what_was_loaded_alone():
    before = gc.get_freeze_count()
    with uncollected():
        loaded = [[]]
        assert not gc.isenabled()
    assert gc.isenabled() and gc.get_freeze_count() > before
    assert loaded not in gc.get_objects()


def test_a_module_that_cannot_be_loaded_leaves_the_collector_at_work():
    with pytest.raises(ImportError), uncollected():
        raise ImportError
    assert gc.isenabled()
