"""A server with two live stories, and the newsroom that writes them."""

from playwright.sync_api import Browser

from tests.services.serve import Server

from .site import Newsroom


class Paper:
    """A server with two live stories, and what there is to ask for.

    Attributes:
        first: the story with many posts.
        second: one with a few.
        story: its address.
        token: the header of a program that may do everything.
        begin: of each stream, the cursor from which everything is replayed.
    """

    def __init__(self, server: Server, newsroom: Newsroom, browser: Browser, posts: int) -> None:
        self.server, self.newsroom, self.browser = server, newsroom, browser
        self.first, self.second = newsroom.begin(0, posts, 3)
        self.story = f"/articles/{self.first}/"
        self.begin = newsroom.floors()
        token = server.run("token", "program").splitlines()[-1]
        self.token = {"Authorization": f"Bearer {token}"}
