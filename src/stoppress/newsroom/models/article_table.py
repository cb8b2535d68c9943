"""The permissions, indexes and constraints of the table of articles."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# One for each `Verb`; add, change, delete and view are Django's own.
PERMISSIONS = (
    ("note_article", "Can write notes on article"),
    ("submit_article", "Can submit article"),
    ("send_back_article", "Can send back article"),
    ("discard_article", "Can discard article"),
    ("schedule_article", "Can schedule article"),
    ("publish_article", "Can publish article"),
    ("update_article", "Can update public article"),
    ("correct_article", "Can correct article"),
    ("retract_article", "Can retract article"),
    ("restore_article", "Can restore article"),
    ("pin_article", "Can pin article"),
    ("withdraw_version_article", "Can withdraw version of article"),
)

INDEXES: list[models.Index] = [
    models.Index("pub_status", models.F("order").desc(), name="newsroom_by_order"),
    models.Index(
        "parent",
        models.F("order").desc(),
        name="newsroom_by_story",
        condition=Q(parent__isnull=False),
    ),
    models.Index(
        models.F("occurred").desc(),
        models.F("place").desc(),
        name="newsroom_key_events",
        condition=Q(key_event=True),
    ),
    # Each page looks for breaking news, and usually there is none.
    models.Index(
        "pub_status",
        models.F("place").desc(),
        name="newsroom_breaking",
        condition=Q(breaking=True),
    ),
    models.Index("section", "pub_status", models.F("order").desc(), name="newsroom_by_section"),
    # For the stream `wire`, which has the latest change first.
    models.Index(
        "pub_status",
        models.F("version_created").desc(),
        models.F("id").desc(),
        name="newsroom_by_change",
    ),
    models.Index("pub_status", "publish_at", name="newsroom_due"),
    models.Index("rank_until", name="newsroom_outranked", condition=Q(rank_until__isnull=False)),
    models.Index("quiet_hours", name="newsroom_timed", condition=Q(quiet_hours__isnull=False)),
    # Articles that a process of the previous release has published since the migration.
    models.Index(
        "id",
        name="newsroom_without_place",
        condition=Q(order__isnull=False, place__isnull=True),
    ),
    models.Index(
        "id",
        name="newsroom_without_time",
        condition=Q(parent__isnull=False, first_published__isnull=False, occurred=None),
    ),
]

CONSTRAINTS: list[models.BaseConstraint] = [
    models.UniqueConstraint(
        fields=["source", "external_id"],
        condition=~Q(external_id=""),
        name="newsroom_once_a_source",
        violation_error_message=_("Another article of this source already has this external id."),
    ),
    models.CheckConstraint(
        condition=Q(pub_status="withheld") | Q(first_published__isnull=False, order__isnull=False),
        name="newsroom_public_has_place",
    ),
    models.UniqueConstraint(
        fields=["place"], condition=Q(parent=None), name="newsroom_once_a_place"
    ),
    models.UniqueConstraint(
        fields=["place"],
        condition=Q(parent__isnull=False),
        name="newsroom_once_a_place_of_posts",
    ),
    models.CheckConstraint(
        condition=(Q(kind="post", parent__isnull=False) | (~Q(kind="post") & Q(parent=None))),
        name="newsroom_posts_have_story",
    ),
    models.CheckConstraint(
        condition=Q(urgency__gte=1, urgency__lte=9),
        name="newsroom_urgency_1_to_9",
        violation_error_message=_("Urgency is a number from 1 (breaking) to 9."),
    ),
]
