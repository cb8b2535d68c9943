"""Another process that publishes: `python -m tests.site.publisher COUNT`, on STOPPRESS_DATA.

Mixes the newsroom's verbs, and says `committed N` after each commit. `--abandon` kills itself
within the transaction of the last one, after it has published.
"""

import os
import signal
import sys

from stoppress.site import setup


def main(count: int, abandon: bool) -> None:
    setup.load()
    # Models are there only once Django is loaded.
    from stoppress import live
    from stoppress.newsroom import publishing

    articles = []
    for number in range(count):
        turn = number % 10
        if turn == 5 and articles:
            articles[-1] = publishing.correct_article(
                articles[-1], "It was another number.", {"headline": f"Corrected {number}"}
            )
        elif turn == 8 and articles:
            publishing.retract_article(articles.pop(), "It was never so.")
        else:
            draft = publishing.create_article({"headline": f"Story {number}", "body": "Words."})
            articles.append(publishing.publish_article(draft))
        print(f"committed {number}", flush=True)
    if abandon:
        with live.atomic():
            draft = publishing.create_article({"headline": "Never committed"})
            publishing.publish_article(draft)
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(int(sys.argv[1]), "--abandon" in sys.argv)
