"""Stories and known items, for tests of decisions."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from stoppress.ingest.identity import fingerprint, id_alias, link_alias, name
from stoppress.ingest.known import Known
from stoppress.ingest.story import Story

NINE = datetime(2026, 11, 22, 9, tzinfo=UTC)
PLAIN = Story(
    id="urn:1",
    link="https://x.example/1",
    headline="Fire in the harbour",
    summary="Two were hurt.",
    body="<p>Two were hurt in a fire.</p>",
    byline="Ann Smith",
    language="en",
    published=NINE,
)


def story(**fields: Any) -> Story:
    return replace(PLAIN, **fields)


def known(of: Story, key: str = "", **fields: Any) -> Known:
    return replace(
        Known(
            key=key or name(of),
            fingerprint=fingerprint(of),
            id_alias=id_alias(of),
            link_alias=link_alias(of),
            published=of.published,
        ),
        **fields,
    )
