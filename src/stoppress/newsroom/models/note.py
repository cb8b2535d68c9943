"""Notes between editors."""

from django.db import models
from django.utils import timezone

from stoppress.newsroom.times import in_words

from .article import Article


class Note(models.Model):
    """A remark about an article, for editors. It is never public."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="notes")
    by = models.CharField(max_length=150, blank=True, editable=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    text = models.TextField(max_length=2000)

    class Meta:
        ordering = ["-created", "-pk"]

    def __str__(self) -> str:
        return f"{self.by}, {in_words(self.created)}"
