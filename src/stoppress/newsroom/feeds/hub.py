"""Tell a WebSub hub that feeds have changed (https://www.w3.org/TR/websub/, section 6)."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlencode

from stoppress.outside.http import Answer, NoAnswer, Rules, post

# Requests to the hub at the same time.
AT_ONCE = 4
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Other answers of 400 to 499 mean that the hub will never accept this feed.
LATER = frozenset({408, 429})


@dataclass
class HubAnswers:
    """The result of telling a hub.

    Attributes:
        refused: the hub's answer, for each feed that it refuses.
        failed: the error, for each feed that must be told again.
        wait: the seconds that the hub asks to wait before that.
    """

    refused: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0


async def tell_hub(hub: str, feeds: Collection[str], rules: Rules) -> HubAnswers:
    """Tell a hub of each feed that has changed, in one request per feed.

    WebSub does not define this request. All hubs accept `hub.mode=publish` with one `hub.url`,
    and not all accept several.

    Args:
        feeds: the absolute addresses of the feeds.
    """
    answers, turn = HubAnswers(), asyncio.Semaphore(AT_ONCE)

    async def tell(feed: str) -> None:
        async with turn:
            body = urlencode({"hub.mode": "publish", "hub.url": feed}).encode()
            try:
                _note(answers, feed, await post(hub, body, FORM, rules))
            except (NoAnswer, TimeoutError) as error:
                answers.failed[feed] = str(error) or "It did not answer in time."

    async with asyncio.TaskGroup() as group:
        for each in sorted(feeds):
            group.create_task(tell(each))
    return answers


def _note(answers: HubAnswers, feed: str, answer: Answer) -> None:
    if 200 <= answer.status < 300:
        return
    if 400 <= answer.status < 500 and answer.status not in LATER:
        answers.refused[feed] = answer.said
        return
    answers.failed[feed] = answer.said
    seconds = answer.headers.get("retry-after", "")
    if seconds.isdecimal():
        answers.wait = max(answers.wait, float(seconds))
