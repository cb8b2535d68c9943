"""Messages about an article's text: parts that readers will not see, and improvements."""

from django.contrib import messages
from django.http import HttpRequest

from stoppress.newsroom.models import Article
from stoppress.newsroom.pictures.questions import of_lead
from stoppress.newsroom.publishing.typeset import asked, left_out


def tell_of_text(request: HttpRequest, article: Article) -> None:
    """Warn of each part of a text that is left out, and ask the questions that it raises."""
    for sentence in left_out(article):
        messages.warning(request, sentence)
    for sentence in (*(each.shown() for each in of_lead(article)), *asked(article)):
        messages.info(request, sentence)
