"""A separate process that publishes; like a worker, it shares only the database with the server.

It reads commands from standard input:

- `NUMBER BYTES` publishes an event to the stream `news`;
- `article HEADLINE` publishes a real article, and is answered once that is published;
- `done` is answered once everything before it is committed.
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
