"""The content of the paper of this process."""

from typing import Any

from stoppress.ingest.models import Source
from stoppress.newsroom.models import Article
from stoppress.newsroom.wire import wire_item

from .alike import paper_of


def shown() -> dict[str, Any]:
    """Return all that is public or withdrawn, by uri, and the order in which it stands."""
    public = Article.objects.public().select_related("section", "parent", "image")
    withdrawn = Article.objects.filter(pub_status="canceled", first_published__isnull=False)
    return {
        "items": paper_of(map(wire_item, public)),
        "withdrawn": {each.uri: each.retraction_note for each in withdrawn},
        "order": list(public.filter(parent=None).order_by("-order").values_list("uri", flat=True)),
        "posts": {
            story.uri: list(
                public.filter(parent=story).order_by("-order").values_list("uri", flat=True)
            )
            for story in public.filter(kind="live")
        },
        "changed": {each.uri: each.version_created.timestamp() for each in public},
        "acts": {
            each.uri: list(each.versions.order_by("version").values_list("act", flat=True))
            for each in public
        },
        "cursors": list(Source.objects.values_list("cursor", flat=True)),
        "outcomes": list(Source.objects.values_list("last_outcome", flat=True)),
    }
