"""The form of the next post of a live story."""

from typing import Any

from django.utils.translation import gettext

from stoppress.newsroom.models import Article

from .forms import ArticleForm


class PostForm(ArticleForm):
    """A new post: its headline and text, when it happened, and whether it is a key event.

    It begins in its story's language.
    """

    story: Article

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        made = Article(kind=Article.Kind.POST, parent=self.story, language=self.story.language)
        super().__init__(*args, **kwargs | {"instance": made})
        self.fields["body"].widget.attrs["rows"] = 6
        self.fields["occurred"].help_text = gettext(
            "If empty, the time of publication. A time without a date means today, or yesterday"
            " if it is more than 12 hours ahead."
        )

    def noun(self) -> str:
        return gettext("post")
