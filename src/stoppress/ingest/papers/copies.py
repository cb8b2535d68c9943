"""Tables that link the articles and pictures of followed papers with those made from them here."""

from django.db import models

from stoppress.newsroom.models import Article, Picture


class Copy(models.Model):
    """An article or post of a followed paper, and the article that was made from it here.

    It stores hashes of the texts and no texts, so a withdrawal has nothing to remove from it.
    """

    source = models.ForeignKey("ingest.Source", on_delete=models.CASCADE, related_name="copies")
    uri = models.CharField(max_length=500)
    key = models.CharField(
        max_length=200,
        blank=True,
        help_text="The key of the article at the paper, made from its number there.",
    )
    version = models.PositiveIntegerField(
        default=0, help_text="The article's version at the paper."
    )
    withdrawn = models.BooleanField(default=False, help_text="The paper has retracted it.")
    texts_owed = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The paper has withdrawn older texts, perhaps the latest text here.",
    )
    posts_owed = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Posts were left out while this live story was retracted here.",
    )
    held = models.BooleanField(
        default=False,
        db_default=False,
        help_text="The paper has withdrawn a text while an editor here had retracted the article.",
    )
    fingerprint = models.JSONField(
        default=dict, help_text="A hash of each field, as received from the paper."
    )
    # None if it was deleted here, or belongs to another source or to this paper itself.
    article = models.ForeignKey(Article, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["source", "key"], name="copy_by_key"),
            models.Index(fields=["article"], name="copy_held", condition=models.Q(held=True)),
        ]
        constraints = [models.UniqueConstraint(fields=["source", "uri"], name="copy_once_a_source")]

    def __str__(self) -> str:
        return self.uri


class PictureCopy(models.Model):
    """A picture of a followed paper, and the picture that was made from it here."""

    source = models.ForeignKey("ingest.Source", on_delete=models.CASCADE, related_name="+")
    address = models.CharField(
        max_length=500, help_text="The picture's address at the paper, made from its content."
    )
    fingerprint = models.JSONField(
        default=dict, help_text="A hash of each field of the picture, as received from the paper."
    )
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="+")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["source", "address"], name="picture_copy_once_a_source")
        ]

    def __str__(self) -> str:
        return self.address
