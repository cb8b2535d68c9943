"""Modules are loaded without the garbage collector."""

import gc

import pytest

from stoppress.site.loading import uncollected


def test_the_collector_rests_in_the_block_alone():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_module_that_cannot_be_loaded_leaves_the_collector_at_work():
    with pytest.raises(ImportError), uncollected():
        raise ImportError
    assert gc.isenabled()
