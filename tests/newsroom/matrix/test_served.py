"""The addresses beside Django answer as the matrix says; they need a running server."""

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
def test_the_transports_answer_as_the_matrix_says(serve):
    server = serve()
    table = tables()["For everybody"]
    told = [row for row in table if row.of("address") in BESIDE]
    assert {row.of("address") for row in told} == BESIDE
    for row in told:
        for method in methods(row, table):
            address = f"{row.of('address')}?stream={row.of('of')}"
            assert status(server, method, address) == row.cells["everybody"], (method, address)
