"""An HTTP server that plays one act a request, for the client's SSE and poll."""

import json
from contextlib import aclosing, asynccontextmanager

from aiohttp import web

from stoppress.live.client import Follower

from .said import at


class Acts:
    """Plays what it is given: a function of the request each, the last one again and again."""

    def __init__(self, *acts):
        self.acts, self.asked, self.headers = list(acts), [], []

    @asynccontextmanager
    async def site(self):
        application = web.Application()
        application.router.add_get("/live/{transport}", self._play)
        runner = web.AppRunner(application, shutdown_timeout=0.1)
        await runner.setup()
        place = web.TCPSite(runner, "127.0.0.1", 0)
        await place.start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
        finally:
            await runner.cleanup()

    async def frames(self, transport, count, **options):
        async with self.site() as url:
            follower = Follower(url, {"news": None}, transport=transport, **options)
            found = []
            async with aclosing(follower.frames()) as frames:
                async for frame in frames:
                    found.append(frame["cursor"])
                    if len(found) == count:
                        return found

    async def _play(self, request):
        self.asked.append((request.match_info["transport"], request.query_string))
        self.headers.append(dict(request.headers))
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        return await act(request)


def stream(*frames):
    """Send frames as server-sent events, then end."""

    async def act(request):
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        for frame in frames:
            text = f"event: {frame['type']}\ndata: {json.dumps(frame)}\n\n"
            await response.write(text.encode())
        return response

    return act


def answer(*frames, after=0, etag=None, cursor=None):
    """Answer a poll."""

    async def act(request):
        cursors = {"news": cursor or (frames[-1]["cursor"] if frames else at(1))}
        body = {"frames": list(frames), "cursors": cursors, "next": after}
        return web.json_response(body, headers={"ETag": etag} if etag else {})

    return act


def refuse(status, reason="no", **headers):
    """Refuse with a status."""

    async def act(request):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.json_response({"detail": reason}, status=status, headers=names)

    return act
