"""A pooler that loses LISTEN is found by experiment, whatever it does with its sessions."""

import pytest
from django.db import connections

from stoppress.live.relays.pooler import is_pooled
from tests.services import pgbouncer

pytestmark = [pytest.mark.backend("postgres"), pytest.mark.django_db]


@pytest.mark.parametrize(
    ("options", "pooled"),
    [
        ({"pool_mode": "transaction"}, True),
        ({"pool_mode": "transaction", "server_round_robin": "1"}, True),
        ({"pool_mode": "transaction", "default_pool_size": "1"}, True),
        ({"pool_mode": "session"}, False),
    ],
)
def test_only_a_pooler_that_changes_sessions_is_found(
    options, pooled, postgres, tmp_path, monkeypatch
):
    with pgbouncer.pooling(postgres, tmp_path, **options) as port:
        if port is None:
            pytest.skip(pgbouncer.MISSING)
        monkeypatch.setitem(connections.databases["default"], "PORT", str(port))
        assert is_pooled("default") is pooled


def test_a_direct_connection_is_no_pooler():
    assert is_pooled("default") is False
