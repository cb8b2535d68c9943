"""The tables of the log: the installation, each stream's head, and the events."""

import secrets

from django.db import models


def random_uid() -> bytes:
    """Return 128 random bits."""
    return secrets.token_bytes(16)


class Installation(models.Model):
    """A single row: the start position of streams that have no head.

    Its random id distinguishes this database's history from any other. Both change when a head is
    removed.
    """

    uid = models.BinaryField(max_length=16, default=random_uid, editable=False)
    first = models.BigIntegerField(
        default=0, help_text="The first position: above that of any head that was removed."
    )

    def __str__(self) -> str:
        return "installation"


class StreamHead(models.Model):
    """The beginning and end of a stream's log; its row is the lock of the stream's writers."""

    name = models.CharField(max_length=64, primary_key=True)
    head = models.BigIntegerField(default=0)
    link = models.CharField(max_length=16)
    floor = models.BigIntegerField(default=0, help_text="The last position that was trimmed.")
    floor_link = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"{self.name}@{self.head}-{self.link}"


class LoggedEvent(models.Model):
    """One event of a stream; never changed, except that a redaction blanks its text."""

    pk = models.CompositePrimaryKey("stream", "position")
    stream = models.CharField(max_length=64)
    position = models.BigIntegerField()
    link = models.CharField(max_length=16)
    uid = models.BinaryField(max_length=16)
    time = models.DateTimeField()
    event = models.CharField(max_length=64)
    op = models.CharField(max_length=6, choices=[("put", "put"), ("remove", "remove")])
    key = models.CharField(max_length=200)
    version = models.BigIntegerField(null=True)
    item = models.TextField(blank=True, help_text="The item as JSON; empty where there is none.")
    redacts = models.BooleanField(default=False, help_text="Withdraws the key's earlier texts.")
    redacted = models.BooleanField(default=False, help_text="Its own text was withdrawn.")

    class Meta:
        # With the position, a key's last event in a stream is found without reading the others.
        indexes = [models.Index(fields=["key", "stream", "position"], name="stoppress_last_by_key")]

    def __str__(self) -> str:
        return f"{self.stream}@{self.position} {self.event} {self.key}"
