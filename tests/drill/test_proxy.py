import socket
import socketserver
import threading

import pytest

from stoppress.drill.proxy import Proxy

pytestmark = pytest.mark.slow("it waits for the network", one_in=4)


class Echo(socketserver.BaseRequestHandler):
    def handle(self):
        while data := self.request.recv(4096):
            self.request.sendall(data)


@pytest.fixture
def echo():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Echo) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def proxy(echo):
    between = Proxy(echo)
    yield between
    between.end()


@pytest.fixture
def line(proxy):
    def connect():
        opened = socket.create_connection(("127.0.0.1", proxy.port), timeout=30)
        lines.append(opened)
        return opened

    lines = []
    yield connect
    for opened in lines:
        opened.close()


def everything(opened):
    found = b""
    try:
        while piece := opened.recv(4096):
            found += piece
    except ConnectionError:
        pass
    return found


def test_the_proxy_forwards_bytes_unchanged(line):
    opened = line()
    opened.sendall(b"news")
    assert opened.recv(100) == b"news"


@pytest.mark.parametrize("offset", [1, 2, 7, 10])
def test_the_proxy_cuts_at_the_exact_byte(proxy, line, offset):
    proxy.cut_next([offset])
    opened = line()
    opened.sendall(b"0123456789")
    assert everything(opened) == b"0123456789"[:offset]
    assert proxy.cut_done == 1
    after = line()
    after.sendall(b"whole")
    assert after.recv(100) == b"whole"


def test_a_stalled_line_is_silent_and_stays_open(proxy, line):
    opened = line()
    opened.sendall(b"a")
    assert opened.recv(10) == b"a"
    proxy.stall()
    opened.sendall(b"b")
    opened.settimeout(0.3)
    with pytest.raises(TimeoutError):
        opened.recv(10)
    proxy.flow()
    opened.settimeout(30)
    assert opened.recv(10) == b"b"


def test_the_proxy_cuts_all_connections_at_once(proxy, line):
    opened = [line() for _ in range(5)]
    for one in opened:
        one.sendall(b"x")
        assert one.recv(10) == b"x"
    proxy.cut_all()
    assert [everything(one) for one in opened] == [b""] * 5


def test_the_proxy_refuses_websockets_when_configured(proxy, line):
    proxy.refuses_websockets = True
    opened = line()
    opened.sendall(b"GET / HTTP/1.1\r\nUpgrade: websocket\r\n\r\n")
    assert everything(opened).startswith(b"HTTP/1.1 403 ")
    plain = line()
    plain.sendall(b"GET / HTTP/1.1\r\n\r\n")
    assert plain.recv(100) == b"GET / HTTP/1.1\r\n\r\n"
