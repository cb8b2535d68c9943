"""Checks whether an article's state allows a verb."""

from datetime import datetime

from django.utils.translation import gettext as _

from stoppress.newsroom.models import Article
from stoppress.newsroom.times import in_words

from .errors import WrongState


def check_time(article: Article, now: datetime) -> None:
    """Refuse to show an article to readers before its time.

    Raises:
        WrongState: its embargo or its scheduled time is not over.
    """
    if article.opens_at is not None and article.opens_at > now:
        if article.opens_at == article.embargoed_until:
            held = _("It is under embargo until %(time)s.")
        else:
            held = _("It is held back until %(time)s.")
        raise WrongState(held % {"time": in_words(article.opens_at)})


def check_taken_up(article: Article) -> None:
    """Refuse a discarded draft.

    Raises:
        WrongState.
    """
    if article.is_discarded and article.is_live:
        raise WrongState(_("The story was discarded. Reopen it first."))
    if article.is_discarded:
        raise WrongState(_("The draft was discarded. Reopen it first."))
