"""An article's contributors in the admin."""

from typing import TYPE_CHECKING

from django.contrib import admin

from stoppress.newsroom.models import Article, Contributor

if TYPE_CHECKING:
    Inline = admin.TabularInline[Contributor, Article]
else:
    Inline = admin.TabularInline


class ContributorInline(Inline):
    """The users to whom the article is their own. Django's rights on contributors change it."""

    model = Contributor
    verbose_name_plural = "contributors"
    extra = 0
