"""A separate process that publishes a story for each line on standard input.

For each story it prints the time just before publishing, in seconds since the epoch. With the
number of a live story as its argument it publishes posts of that story instead.
"""

import sys
import time

from stoppress.site import setup

setup.load()

from stoppress.newsroom.models import Article  # noqa: E402  Django first
from stoppress.newsroom.publishing import create_article, publish_article  # noqa: E402

parent = Article.objects.get(pk=int(sys.argv[1])) if sys.argv[1:] else None
for line in sys.stdin:
    begun = time.time()
    fields = {"headline": line.strip(), "body": "Words. " * 60}
    publish_article(create_article(fields, parent=parent))
    print(begun, flush=True)
