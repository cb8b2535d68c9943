"""Does what a newsroom does, on a server's data: `python -m tests.newsroom.canary.program`.

Reads commands from standard input, and answers each with one line of JSON.
"""

import json
import sys
from datetime import timedelta
from typing import Any

from stoppress.site import setup


def main() -> None:
    setup.load()
    # Models are there only once Django is loaded.
    from stoppress.live.clock import database_time
    from stoppress.live.log.history import read_head
    from stoppress.live.publishing.registry import find_registered
    from stoppress.newsroom.models import Article, Picture, Version
    from stoppress.newsroom.publishing import retract_article, update_article

    from . import roles
    from .crawl import PAGES
    from .fillers import addresses, streams
    from .planted import Planted, plant

    planted: Planted

    def begin() -> dict[str, Any]:
        """Make the articles; say what there is to ask for, and as whom."""
        nonlocal planted
        planted = plant()
        few = set(addresses(most=2))
        named = [name for name in streams() if find_registered(name).exists()]
        clerk = roles.staff_without_a_right().client().cookies["sessionid"].value
        chief = roles.a_superuser().client().cookies["sessionid"].value
        program = roles.a_token_that_may_read().client().defaults["HTTP_AUTHORIZATION"]
        return {
            "articles": {state: article.pk for state, article in planted.articles.items()},
            "pictures": {
                state: picture.address(picture.renditions[0])
                for state, article in planted.articles.items()
                if (picture := Picture.objects.filter(uses__article=article).first())
            },
            "stories": {state: article.parent_id for state, article in planted.articles.items()},
            # Of the admin and the API, whose every address `test_gate.py` asks for, some.
            "addresses": [each for each in addresses() if each in few or each.startswith(PAGES)],
            "streams": {name: str(read_head(name).floor) for name in named},
            "clerk": {"Cookie": f"sessionid={clerk}"},
            "chief": {"Cookie": f"sessionid={chief}"},
            "program": {"Authorization": program},
        }

    def due(state: str, seconds: str) -> str:
        """Set the time of an article; say when it is, by the machine's clock."""
        time = database_time() + timedelta(seconds=float(seconds))
        article = planted[state]
        times = {"publish_at": time}
        if article.embargoed_until:
            times["embargoed_until"] = time
        update_article(article, times)
        return time.isoformat()

    def retract(state: str) -> int:
        return retract_article(Article.objects.get(pk=planted[state].pk), "It was never so.").pk

    def retract_story(state: str) -> int:
        """Retract the story of a post."""
        post = Article.objects.select_related("parent").get(pk=planted[state].pk)
        assert post.parent is not None
        return retract_article(post.parent, "It was never so.").pk

    def kept(state: str) -> list[str]:
        """Return the headlines of the article's versions, which the desk keeps."""
        versions = Version.objects.filter(article=planted[state].pk)
        return list(versions.values_list("headline", flat=True))

    commands = {"begin": begin, "due": due, "retract": retract, "kept": kept}
    commands["retract_story"] = retract_story
    for line in sys.stdin:
        name, *words = line.split()
        print(json.dumps(commands[name](*words)), flush=True)


if __name__ == "__main__":
    main()
