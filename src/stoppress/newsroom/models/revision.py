"""An article's history: each public change, with its time, author and note."""

from typing import Any

from django.db import models

from .article import Article


class RevisionQuerySet(models.QuerySet["Revision"]):
    """Revisions. They are written once and never changed."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("A revision is never changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A revision is never deleted.")


class Revision(models.Model):
    """One public change of an article, with the text after it. Append-only."""

    class Kind(models.TextChoices):
        PUBLISH = "publish", "Published"
        UPDATE = "update", "Updated"
        CORRECTION = "correction", "Correction"
        RETRACTION = "retraction", "Retracted"
        RESTORE = "restore", "Restored"

    # PROTECT: an article that was public cannot be deleted without a trace.
    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="revisions")
    version = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=Kind)
    note = models.CharField(max_length=2000, blank=True)
    by = models.CharField(max_length=150, blank=True)
    created = models.DateTimeField()
    headline = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    body = models.TextField(blank=True)
    body_format = models.CharField(max_length=8)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(fields=["article", "version"], name="newsroom_once_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A revision is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A revision is never deleted.")
