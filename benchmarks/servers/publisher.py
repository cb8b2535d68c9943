"""Another process that publishes, as the ingest or a worker does: it shares only the database.

`NUMBER BYTES` is an event of the stream `news`; `article HEADLINE` a real article, answered once
it is published; `done` is answered once all before it is committed.
"""

import sys

from stoppress.site import setup

setup.load()

from benchmarks.article import WORDS, article  # noqa: E402
from stoppress import live  # noqa: E402  Django first
from stoppress.newsroom.publishing import create_article, publish_article  # noqa: E402

print("ready", flush=True)
for line in sys.stdin:
    word, _, rest = line.strip().partition(" ")
    if word == "article":
        publish_article(create_article({"headline": rest, "body": WORDS * 6}))
    elif word != "done":
        live.publish("news", "article.updated", article(int(word), int(rest)))
        continue
    print("{}", flush=True)
