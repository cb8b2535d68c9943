"""The recipe's article, and the signal handler that sends it to every reader."""

from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import models
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils import timezone

READERS = "news"


class Article(models.Model):
    headline = models.CharField(max_length=200)
    body = models.TextField()
    pub_date = models.DateTimeField(default=timezone.now)

    def as_json(self) -> dict[str, object]:
        """Return the message: `{"seq": 1, "headline": "…", "body": "…", "pub_date": "…"}`."""
        return {
            "seq": self.pk,
            "headline": self.headline,
            "body": self.body,
            "pub_date": self.pub_date.isoformat(),
        }


@receiver(post_save, sender=Article)
def tell_readers(sender: type[Article], instance: Article, **kwargs: Any) -> None:
    layer = get_channel_layer()
    event = {"type": "article.published", "article": instance.as_json()}
    async_to_sync(layer.group_send)(READERS, event)
