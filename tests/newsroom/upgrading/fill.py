"""Fill a new installation of the release before the roles: 200 articles in every state.

    git worktree add ../before 732d82c
    export PYTHONPATH=../before/src STOPPRESS_DATA=$(mktemp -d)
    stoppress serve --port 8123 &
    python -m tests.newsroom.upgrading.fill http://127.0.0.1:8123
    python -m tests.newsroom.upgrading.export tests/newsroom/upgrading/before_roles.jsonl.gz

`export` writes the fixture of `test_upgrade.py`. All texts are made up.
"""

import json
import os
import random
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import Request, urlopen

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stoppress.site.settings")
django.setup()

from django.contrib.auth.models import Group, Permission, User  # noqa: E402
from django.utils import timezone  # noqa: E402

from stoppress.ingest.models import Source  # noqa: E402
from stoppress.newsroom.models import ApiToken, Article, Section  # noqa: E402
from stoppress.newsroom.publishing import (  # noqa: E402
    correct_article,
    create_article,
    publish_article,
    rename_section,
    restore_article,
    retract_article,
    update_article,
)

BY_API, BY_VERBS = 40, 150
FEED = 10
SECTIONS = ("world", "city", "sport", "science")
LATER = datetime(2040, 1, 1, 9, tzinfo=UTC)
TEXTS = {
    "en": (
        "The harbour bridge opens {0} weeks early",
        "Ferries will stop at *pier {0}* from Monday.",
    ),
    "de": (
        "Die Hafenbrücke öffnet {0} Wochen früher",
        "Fähren halten ab Montag an „Kai {0}“. Schöne Grüße.",
    ),
    "ar": ("جسر الميناء يفتح قبل {0} أسابيع", "تتوقف العبارات عند الرصيف {0} من يوم الاثنين."),
    "he": ("גשר הנמל נפתח {0} שבועות מוקדם יותר", "המעבורות יעצרו ברציף {0} החל מיום שני."),
}
some = random.Random(19)


def main(url: str) -> None:
    people()
    sections = [
        Section.objects.create(slug=slug, name=slug.title(), position=place)
        for place, slug in enumerate(SECTIONS)
    ]
    tokens = issue_tokens()
    by_api(url, tokens["wire desk"])
    for number in range(BY_API, BY_API + BY_VERBS):
        by_verbs(number)
    from_feed()
    rename_section(sections[0], "The World")
    assert Article.objects.count() == 200, Article.objects.count()


def people() -> None:
    """Make users with the rights to add only, to change, and all; two of them by a group."""
    for group, names in (("Reporters", ["add"]), ("Editors", ["add", "change", "delete", "view"])):
        made = Group.objects.create(name=group)
        codes = [f"{name}_article" for name in names]
        made.permissions.set(Permission.objects.filter(codename__in=codes))
    for name in ("reporter", "editor"):
        user = User.objects.create(username=name, is_staff=True, password="!")
        user.groups.add(Group.objects.get(name=f"{name.title()}s"))
    stringer = User.objects.create(username="stringer", is_staff=True, password="!")
    stringer.user_permissions.add(Permission.objects.get(codename="add_article"))
    User.objects.create(username="chief", is_staff=True, is_superuser=True, password="!")


def issue_tokens() -> dict[str, str]:
    """Make tokens of each scope, and revoked and expired ones; return their secrets."""
    secrets = {}
    for name, scope, lasts in (
        ("wire desk", "publish", None),
        ("reader", "read", timedelta(days=7)),
        ("interns", "write", timedelta(days=30)),
        ("old desk", "publish", None),
        ("last week", "publish", timedelta(0)),
    ):
        token, secrets[name] = ApiToken.issue(name, scope, lasts)
    ApiToken.objects.filter(name="old desk").update(revoked=timezone.now())
    return secrets


def fields(number: int) -> dict[str, Any]:
    """Return the fields of an article."""
    language = some.choice(["en", "en", "de", "ar", "he"])
    headline, body = (text.format(number) for text in TEXTS[language])
    return {
        "headline": headline,
        "body": f"{body}\n\n{body}" if number % 50 else body * 200,
        "summary": body if number % 3 else "",
        "byline": "Made Up" if number % 4 else "",
        "located": "Harbour Town" if number % 5 == 0 else "",
        "section": SECTIONS[number % 5] if number % 5 < len(SECTIONS) else None,
        "language": language,
        "urgency": number % 9 + 1,
        "pinned": number % 40 == 7,
    }


def by_api(url: str, secret: str) -> None:
    """Make articles by calls, with idempotency keys and ids of the caller's."""

    def call(method: str, path: str, **payload: Any) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"{method}:{path}:{number}",
        }
        body = json.dumps(payload).encode()
        with urlopen(Request(f"{url}/api{path}", body, headers, method=method)) as response:
            return json.load(response)

    for number in range(BY_API):
        more: dict[str, Any] = {"external_id": f"wire-{number}"} if number % 3 == 0 else {}
        if number % 8 == 1:
            more["pub_status"] = "withheld"
        elif number % 8 == 2:
            more |= {"publish_at": LATER.isoformat()}
        elif number == 3:
            soon = datetime.now(UTC) + timedelta(seconds=1)
            more |= {"publish_at": soon.isoformat()}
        made = call("POST", "/articles", **fields(number), **more)
        path = f"/articles/{made['id']}"
        if number % 8 == 4:
            call("POST", f"{path}/correct", note="The pier was wrong.", body="Pier one.")
        if number % 8 == 5:
            call("PATCH", path, headline=f"{made['headline']}!")
        if number == 15:
            call("POST", f"{path}/retract", note="It was never true.")
    while not Article.objects.filter(revisions__by="schedule").exists():
        time.sleep(0.1)  # the server's own worker publishes it


def by_verbs(number: int) -> None:
    """Make one article, and take it to the state of its number."""
    state = number % 15
    given = fields(number) | {"ed_note": "For the desk.", "slugline": f"bridge-{number}"}
    if state == 1:
        given["publish_at"] = LATER
    if state == 2:
        given["embargoed_until"] = LATER
    if state == 14:
        given |= {"source": "Harbour Wire", "external_id": f"id-{number}", "usage_terms": "Free."}
        given |= {
            "expires": LATER,
            "copyright_holder": "Made Up",
            "original_url": "https://a.example/",
        }
    article = create_article(given, by="chief")
    if state == 0:
        update_article(article, {"headline": f"{article.headline} (2)"}, by="reporter")
    if state <= 2:
        return
    when = datetime(2026, 11, 1, tzinfo=UTC) - timedelta(seconds=some.random() * 300 * 86400)
    article = publish_article(article, by="editor", note="First." if state == 3 else "", at=when)
    if state in {4, 5, 6}:
        article = update_article(article, {"summary": f"Now {number}."}, by="editor", note="More.")
    if state in {5, 7}:
        for wrong in ("first", "second", "third"):
            changes = {"body": f"The {wrong} text of {number}."}
            article = correct_article(article, f"The {wrong} pier.", changes, by="editor")
    if state == 6:
        article = update_article(article, {"ed_note": "Only for the desk."}, by="editor")
    if state == 8:
        retract_article(article, "It was never true.", by="editor")
    if state == 9:
        restore_article(retract_article(article, "Wrong.", by="editor"), by="chief", note="Right.")
    if state == 10:
        update_article(article, {"section": "sport" if number % 2 else "city"}, by="editor")
    if state == 11:
        update_article(article, {"pinned": number % 2 == 0, "urgency": 1}, by="editor")


def from_feed() -> None:
    """Follow a feed of a few entries, in a file."""
    entries = "".join(
        f"<entry><id>tag:a.example,2026:{n}</id><title>Tide table {n}</title>"
        f"<updated>2026-10-{n + 1:02}T08:00:00Z</updated><link href='https://a.example/{n}'/>"
        f"<content>High water at {n}.</content></entry>"
        for n in range(FEED)
    )
    head = (
        "<title>Tides</title><id>tag:a.example,2026:f</id><updated>2026-10-20T08:00:00Z</updated>"
    )
    with TemporaryDirectory() as directory:
        feed = Path(directory) / "feed.xml"
        feed.write_text(f"<feed xmlns='http://www.w3.org/2005/Atom'>{head}{entries}</feed>")
        command = [Path(sys.executable).with_name("stoppress"), "follow", feed.as_uri()]
        subprocess.run([*command, "--section", "science"], check=True)
    Source.objects.update(url="https://tides.example/feed.xml")


if __name__ == "__main__":
    main(*sys.argv[1:])
