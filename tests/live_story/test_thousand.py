"""A live story with many posts: its retraction takes all of them, and permalinks lead to them.

`make long` runs it, with a thousand, which takes minutes to write.
"""

import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing

import pytest
from playwright.sync_api import Browser

from tests.services import backend
from tests.services.serve import Server

from .pages import Answer, OpenPage, context_of, get
from .paper import Paper
from .readers import WORDS, Readers
from .site import Newsroom, check

POSTS = int(os.environ.get("STOPPRESS_POSTS", "0")) or 60
# Seconds after a retraction.
GONE = 3.0


pytestmark = pytest.mark.backend("sqlite", "postgres")


@pytest.fixture(scope="module")
def paper(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    running_chromium: Callable[[], Browser],
) -> Iterator[Paper]:
    # A page of an old cache is further behind than that, if fifty posts have come since.
    env = {"STOPPRESS_REPLAY_LIMIT": "40", "STOPPRESS_REPLAY_BYTES_PER_SECOND": "1000000000"}
    if request.config.getoption("backend") == "postgres":
        env["DATABASE_URL"] = request.config.stash[backend.SERVER].new_database()
    server = Server(tmp_path_factory.mktemp("paper") / "data", env)
    try:
        with closing(Newsroom(server)) as newsroom:
            yield Paper(server, newsroom, running_chromium(), POSTS)
    finally:
        server.end()


def until_gone(since: float, look: Callable[[], Collection[str]]) -> float:
    """Look until nothing is found; return the seconds to the last look that found something."""
    latest, deadline, began = since, time.monotonic() + 60, time.time()
    last: Collection[str] = ()
    while found := look():
        assert time.monotonic() < deadline, sorted(found)
        latest, began, last = began, time.time(), found
    seen = f"{latest - since:.2f} s after it in {', '.join(sorted(last))}" if last else "nowhere"
    print(f"last seen {seen}; a look took {time.time() - began:.2f} s")
    return latest - since


def in_files(server: Server, words: str) -> list[str]:
    """Return the files of SQLite in which the log has a headline with these words."""
    files = [path for path in server.data.glob("stoppress.sqlite3*") if path.is_file()]
    logged = f'"headline":"Post {words}'.encode()
    return [path.name for path in files if logged in path.read_bytes()]


def test_a_retracted_story_takes_its_posts_along_and_a_restored_one_brings_them_back(
    paper: Paper, request: pytest.FixtureRequest
) -> None:
    newsroom, sqlite = paper.newsroom, request.config.getoption("backend") == "sqlite"
    with ExitStack() as ending:
        readers = Readers(paper, ending)
        check(newsroom, readers.all)
        before = readers.rows()
        assert readers.holding(WORDS) == readers.places()
        desk = set(newsroom.desk_tables())
        assert newsroom.found(WORDS).keys() - desk
        assert bool(in_files(paper.server, WORDS)) == sqlite

        took, done = newsroom.retract(paper.first, "It was another storm.")
        seen = until_gone(done, lambda: readers.holding(WORDS))
        files = until_gone(done, lambda: in_files(paper.server, WORDS))
        rows = newsroom.found(WORDS)
        print(f"retracted in {took:.2f} s; left to the desk: {rows}")
        assert max(seen, files) < GONE
        assert not rows.keys() - desk
        for path in (paper.story, *readers.paths[2:]):
            answer = get(paper.server.url + path)
            assert answer.status == 410 and "It was another storm." in answer.text
        late = check(newsroom, readers.all)

        restored = newsroom.restore(paper.first)
        back = check(newsroom, readers.all)
        print(f"{late:.2f} s; restored in {restored:.2f} s; every page is right {back:.2f} s later")
        assert readers.rows() == before
        assert readers.holding(WORDS) == readers.places()


def test_a_retracted_post_takes_its_key_event_along(paper: Paper) -> None:
    newsroom, words = paper.newsroom, "zqgoal"
    with ExitStack() as ending:
        readers = Readers(paper, ending)
        [goal] = newsroom.write(paper.first, 1)
        newsroom.update(goal, {"headline": f"Post {words}", "body": words, "byline": words})
        check(newsroom, readers.all)
        assert {"open /", f"open {paper.story}", "/"} <= set(readers.holding(words))
        _, done = newsroom.retract(goal, "It was offside.")
        assert until_gone(done, lambda: readers.holding(words)) < GONE
        assert not newsroom.found(words).keys() - set(newsroom.desk_tables())
        check(newsroom, readers.all)
        [note] = [row for row in readers.posts(paper.story) if row[0] == f"retraction:{goal}"]
        assert "It was offside." in note[3]
        newsroom.restore(goal)
        check(newsroom, readers.all)
        assert {"open /", f"open {paper.story}", "/"} <= set(readers.holding(words))


@pytest.mark.parametrize("more", [10, 50], ids=["replayed", "too-far-behind"])
def test_a_permalink_from_an_old_cache_shows_the_later_changes_of_the_posts(
    paper: Paper, more: int
) -> None:
    newsroom, url = paper.newsroom, paper.server.url
    with ExitStack() as ending:
        posts = newsroom.posts(paper.first)
        at = POSTS * 7 // 10 - 1
        path = f"{paper.story}posts/{posts[at]}/"
        old = get(url + path)
        assert old.status == 200
        late, *_ = newsroom.write(paper.first, more)
        newsroom.retract(posts[at - 3], "It was another street.")
        newsroom.move(posts[at - 5], paper.second)
        newsroom.happened_with(late, posts[at - 7])
        context = context_of(paper.browser)
        ending.callback(context.close)
        context.route(
            f"{url}{path}", lambda route: route.fulfill(body=old.text, content_type="text/html")
        )
        page = OpenPage(context, url, url, path)
        began = time.monotonic()
        page.page.wait_for_selector(f'[data-key="post:{late}"]', state="attached")
        print(f"healed {time.monotonic() - began:.2f} s after it was loaded")
        check(newsroom, [page])
        keys = [row[0] for row in page.feeds()[f"posts:{paper.first}"]["rows"]]
        assert keys[0] == f"post:{posts[at]}"
        assert f"retraction:{posts[at - 3]}" in keys and f"post:{late}" in keys
        assert f"post:{posts[at - 3]}" not in keys and f"post:{posts[at - 5]}" not in keys
        newsroom.restore(posts[at - 3])
        newsroom.move(posts[at - 5], paper.first)
        check(newsroom, [page])
        assert f"post:{posts[at - 5]}" in [
            row[0] for row in page.feeds()[f"posts:{paper.first}"]["rows"]
        ]


def test_each_permalink_leads_to_its_page_or_a_note_about_the_post(paper: Paper) -> None:
    newsroom = paper.newsroom

    def asked(post: int, status: int = 200, at: str = "") -> Answer:
        """Ask until the page has changed, for a page in memory may be one look at the log old.

        Args:
            at: where it leads; empty: nowhere else.
        """
        path = f"{paper.story}posts/{post}/"
        deadline = time.monotonic() + 20
        while True:
            answer = get(paper.server.url + path)
            if (answer.status, answer.address) == (status, paper.server.url + (at or path)):
                return answer
            assert time.monotonic() < deadline, answer

    posts = newsroom.posts(paper.first)
    post = posts[POSTS * 7 // 10 - 1]
    assert get(f"{paper.server.url}/articles/{post}/").address == asked(post).address
    newsroom.retract(post, "It was another street.")
    gone = asked(post, 410).text
    assert "It was another street." in gone and WORDS not in gone
    newsroom.restore(post)
    assert WORDS in asked(post).text

    there = newsroom.move(post, paper.second)
    asked(post, at=there)
    newsroom.retract(post, "It was another street.")
    assert "It was another street." in asked(post, 410, there).text

    for ahead in ({"publish_at": 1}, {"embargoed_until": 1}, {}):
        asked(newsroom.draft(paper.first, ahead), 404)
    for nothing in (10**6, paper.first, paper.second):
        asked(nothing, 404)

    other = posts[POSTS * 7 // 10]
    newsroom.retract(paper.first, "It was another storm.")
    gone = asked(other, 410).text
    assert "It was another storm." in gone and WORDS not in gone
    assert "It was another street." in asked(post, 410, there).text
    newsroom.restore(post)
    asked(post, at=there)
    newsroom.restore(paper.first)
    asked(other)
    newsroom.move(post, paper.first)
    asked(post)
