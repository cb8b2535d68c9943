"""A separate process that publishes a story for each line on standard input.

For each story it prints the time just before publishing, in seconds since the epoch.
"""

import sys
import time

from stoppress.site import setup

setup.load()

from stoppress.newsroom.publishing import create_article, publish_article  # noqa: E402  Django first

for line in sys.stdin:
    begun = time.time()
    publish_article(create_article({"headline": line.strip(), "body": "Words. " * 60}))
    print(begun, flush=True)
