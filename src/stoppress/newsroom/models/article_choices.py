"""The choices of an article's fields: kinds, states, formats of the body."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PubStatus(models.TextChoices):
    USABLE = "usable", _("Public")
    WITHHELD = "withheld", _("Draft")
    CANCELED = "canceled", _("Retracted")


class Kind(models.TextChoices):
    ARTICLE = "article", _("Article")
    LIVE = "live", _("Live story")
    POST = "post", _("Post")


class Coverage(models.TextChoices):
    """Whether a live story goes on. It has a meaning only while the story is or was public."""

    OPEN = "open", _("Live")
    PAUSED = "paused", _("Paused")
    CLOSED = "closed", _("Ended")


class DeskState(models.TextChoices):
    """The state of a draft at the desk. It has a meaning only while `pub_status` is withheld."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")
    SENT_BACK = "sent_back", _("Sent back")
    DISCARDED = "discarded", _("Discarded")


class BodyFormat(models.TextChoices):
    MARKDOWN = "markdown", _("Markdown")
    HTML = "html", _("HTML")
