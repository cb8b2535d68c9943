"""Somebody signed in, who reads private streams."""

from asgiref.sync import sync_to_async
from django.contrib.auth.models import User
from django.test import Client

from stoppress.live.hub.hub import running_hub

from .transports.test_websocket import Socket


class Editor:
    """Somebody signed in who may read `secret`, with a WebSocket on it."""

    def __init__(self, name):
        self.user = User.objects.create_user(name, is_staff=True)
        self.client = Client()
        self.client.force_login(self.user)

    async def connect(self, site):
        self.socket = socket_of(site, self, "secret")
        await self.socket.open()
        while (await self.socket.frame())["type"] != "live":
            pass
        return self


def cookie_of(editor):
    return f"sessionid={editor.client.cookies['sessionid'].value}"


def socket_of(site, editor, stream):
    headers = [(b"cookie", cookie_of(editor).encode())]
    return Socket(site, f"stream={stream}", headers=headers)


@sync_to_async
def editor(name):
    return Editor(name)


def readers():
    return [c for c in running_hub().connections if c.guard is not None]
