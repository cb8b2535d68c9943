"""The code and commands of docs/your-site.md, word for word, on each server that it names."""

import json
import re
import socket
import urllib.error
import urllib.request
from contextlib import ExitStack

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from stoppress.drill.free_port import free_port

from .club import ROOT, Club
from .readme import readme_commands

PAGE = (ROOT / "docs/your-site.md").read_text()
HOST = "club.example"
SERVERS = dict(
    re.findall(r"^\| ([\w, -]+).*? \| `(\w+ club\.asgi:application .*?)` \|", PAGE, re.M)
)
GERMAN = {"Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"}
BEGIN = """
from django.contrib.auth.models import User
from django.test import Client
from scores.models import Match, Team
reds, blues = (Team.objects.create(name=n, slug=n.lower()) for n in ("Reds", "Blues"))
Match.objects.create(home=reds, away=blues)
client = Client()
client.force_login(User.objects.create(username="ann", is_staff=True))
print(client.cookies["sessionid"].value)
"""
SCORE = "match = Match.objects.get(); match.score = '{}'; match.save()"

pytestmark = [
    pytest.mark.timeout(300),
    pytest.mark.backend("sqlite"),
    pytest.mark.slow("starts six servers"),
]


class Server:
    """One of the page's command lines, at a port of its own."""

    def __init__(self, club, command):
        self.port = free_port()
        module, *arguments = command.replace("8000", str(self.port)).split()
        self.name = " ".join(arguments)
        log = club.directory.parent / f"{self.port}.log"
        self.process = club.start(log, module, *arguments)

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port)).close()
        except ConnectionRefusedError:
            return False
        return True

    def open(self, path, **headers):
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}")
        for name, value in {"Host": HOST, **headers}.items():
            asked.add_header(name, value)
        return urllib.request.urlopen(asked, timeout=20)

    def get(self, path, **headers):
        with self.open(path, **headers) as answer:
            return answer.read().decode()

    def status(self, path):
        with pytest.raises(urllib.error.HTTPError) as refused:
            self.open(path)
        with refused.value as answer:
            return answer.code

    def socket(self, path):
        return connect(
            f"ws://{HOST}{path}",
            sock=socket.create_connection(("127.0.0.1", self.port)),
            origin=f"http://{HOST}",
            subprotocols=["stoppress.v1"],
            proxy=None,
        )

    def check_page(self, below="", prefix=""):
        """Load a page and its client; return the stream's cursor on it."""
        html = self.get(f"{below}/scores/")
        [client] = re.findall(r'<script type="module" src="(.+?)"', html)
        assert re.fullmatch(
            prefix + r"/static/stoppress/live/(?:built/)?index\.[0-9a-f]{12}\.js", client
        )
        assert "live-feed" in self.get(below + client.removeprefix(prefix))
        assert re.findall(r'name="stoppress-live" content="(.*?)"', html) == (
            [f"{prefix}/live/ws"] if prefix else []
        )
        return re.search(r'cursor="(.+?)"', html)[1]


def events(stream, last):
    """Return the scores in a stream of events, up to the one that is named."""
    scores = []
    while not scores or last not in scores[-1]:
        line = stream.readline().decode()
        assert line, f"the stream has ended before {last}"
        if line.startswith('data: {"type":"event"'):
            scores.append(json.dumps(json.loads(line[6:])["item"]["view"]))
    return scores


def rest(websocket):
    frames = [""]
    try:
        while True:
            frames.append(websocket.recv(timeout=20))
    except ConnectionClosed:
        return frames


@pytest.fixture
def club(tmp_path):
    pip, *commands = readme_commands(PAGE)
    assert pip.startswith("pip install stop-press ")
    servers = ("gunicorn", "uvicorn-worker", "granian", "hypercorn", "daphne")
    club = Club(tmp_path, *pip.split()[3:], *servers)
    club.migrate()  # as the README says, which the page goes on from
    club.shell('Match.objects.create(home="Ajax", away="Porto")')
    [old] = re.findall(r"first remove `(.+?)` and `(.+?)`", PAGE)
    for file in old:
        (club.directory / file).unlink()
    club.follow("docs/your-site.md")
    for command in commands:
        program, *words = command.split()
        if program == "export":
            club.export(*words[0].split("="))
        else:
            assert program == "python"
            assert "stoppress." not in club.run(*words)
    return club


def test_each_server_has_a_live_page_stops_and_resumes_also_below_a_path(club):
    assert len(SERVERS) == 6
    session = club.manage("shell", "-c", BEGIN).split()[-1]
    with ExitStack() as stack:

        def start():
            servers = [Server(club, command) for command in SERVERS.values()]
            for each in servers:
                stack.callback(each.process.kill)
            for each in servers:
                each.process.wait_until(each.listens, f"{each.name} listened")
            return servers

        servers = start()
        cursors = [each.check_page() for each in servers]
        streams = [
            stack.enter_context(each.open(f"/live/sse?stream=scores@{cursor}"))
            for each, cursor in zip(servers, cursors, strict=True)
        ]
        sockets = [stack.enter_context(each.socket("/live/ws?stream=scores")) for each in servers]
        for each in sockets:
            while '"type":"live"' not in each.recv(timeout=20):
                pass
        club.shell(SCORE.format("1 : 0"))
        for stream, websocket in zip(streams, sockets, strict=True):
            assert len(events(stream, "1 : 0")) == 1
            assert "1 : 0" in websocket.recv(timeout=20)

        one = servers[0]
        assert any(day in one.get("/live/poll?stream=scores:de") for day in GERMAN)
        assert "Reds" in one.get("/live/poll?stream=team:reds")
        assert one.status("/live/poll?stream=team:greens") == 404
        assert one.status("/live/poll?stream=scores:xx") == 404
        assert one.status("/live/poll?stream=staff") == 401
        assert "Reds" in one.get("/live/poll?stream=staff", Cookie=f"sessionid={session}")

        cursors = [each.check_page() for each in servers]
        for each in servers:
            each.process.popen.terminate()
        for each, stream, websocket in zip(servers, streams, sockets, strict=True):
            assert '"type":"goodbye"' in stream.read().decode(), each.name
            assert '"type":"goodbye"' in rest(websocket)[-1], each.name
            each.process.popen.wait(10)

        club.shell(SCORE.format("2 : 0"))
        club.shell("team = Match.objects.get().home; team.name = 'Greens'; team.save()")
        club.export("DJANGO_SETTINGS_MODULE", "club.below")
        for each, cursor in zip(start(), cursors, strict=True):
            each.check_page("/club", "/club")
            each.check_page("", "/club")  # the proxy has removed it
            with each.open(f"/club/live/sse?stream=scores@{cursor}") as stream:
                scores = events(stream, "Greens")
            assert len(scores) == 2 and "2 : 0" in scores[0], each.name
            with each.socket("/live/ws?stream=scores") as websocket:
                assert '"type":"hello"' in websocket.recv(timeout=20)
