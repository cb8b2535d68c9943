"""Routes that need a running server agree with the matrix: the transports, and `/readyz`."""

import http.client
from contextlib import closing

import pytest

from tests.services.serve import Server

from .table import methods, tables
from .tries import BESIDE


def status(server: Server, method: str, address: str) -> str:
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)) as connection:
        connection.request(method, address)
        return str(connection.getresponse().status)


@pytest.mark.backend("sqlite")
def test_routes_that_need_a_server_agree_with_the_matrix(serve):
    server = serve()
    table = tables()["For everybody"]
    beside = [row for row in table if row.of("address") in BESIDE]
    assert {row.of("address") for row in beside} == BESIDE
    for row in beside:
        for method in methods(row, table):
            stream = row.of("of")
            address = row.of("address") + (f"?stream={stream}" if stream else "")
            told = row.cells["everybody"].split(" or ")
            assert status(server, method, address) in told, (method, address)
