"""The tables of webhooks: endpoints, and the attempts to deliver messages to them."""

from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from stoppress.live.clock import database_time
from stoppress.live.log.history import read_head
from stoppress.live.protocol.cursor import parse_cursor
from stoppress.newsroom.phrase import Phrase

from .keys import new_secret
from .stream import STREAM

# How long an old secret still signs after a new one was made.
OLD_SECRET_LASTS = timedelta(days=1)
DISABLED_BY_HAND = Phrase("It was disabled in the admin.")
CURSOR_CHARS = 40
# Characters of a message's id and of its type.
ID_CHARS, TYPE_CHARS = 100, 64


class Endpoint(models.Model):
    """The address of a receiver, with the cursor of the last event that was delivered to it.

    `recording` writes the fields that change when messages are sent.
    """

    name = models.CharField(
        _("name"), max_length=100, unique=True, help_text=_("Shown here and in logs.")
    )
    url = models.CharField(
        _("address"),
        max_length=2000,
        help_text=_("Every message is sent to this address with POST."),
    )
    events = models.JSONField(_("events"), default=list, blank=True)
    # Unencrypted, because it is needed for signing; a hash would not do.
    secret = models.CharField(max_length=100, editable=False)
    old_secret = models.CharField(max_length=100, blank=True, editable=False)
    old_secret_until = models.DateTimeField(null=True, editable=False)
    enabled = models.BooleanField(_("enabled"), default=True, editable=False)
    # Why it was disabled, as a packed phrase.
    note = models.JSONField(default=list, editable=False)
    created = models.DateTimeField(_("created"), editable=False)
    cursor = models.CharField(_("cursor"), max_length=CURSOR_CHARS, editable=False)
    last_delivered = models.DateTimeField(_("last delivered"), null=True, editable=False)
    # Nothing was delivered since `try_again`, so the earlier state says nothing about the present.
    untried = models.BooleanField(default=False, db_default=False, editable=False)
    # The attempts that failed since the last success, and the time of the first of them.
    failures = models.PositiveIntegerField(_("failures"), default=0, editable=False)
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    retry_at = models.DateTimeField(_("next attempt"), null=True, editable=False)
    # When another history of the log was noticed; None once the endpoint has the reset message.
    history_changed = models.DateTimeField(null=True, editable=False)
    test_asked = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def begin(self) -> None:
        """Begin at the end of the log: later events are sent, earlier ones are not."""
        self.secret = new_secret()
        self.cursor = str(read_head(STREAM).cursor)
        self.created = database_time()

    def secrets(self, now: datetime) -> list[str]:
        """Return the valid secrets, the newest first."""
        until = self.old_secret_until
        old = [self.old_secret] if self.old_secret and until and now < until else []
        return [self.secret, *old]

    def rotate(self) -> str:
        """Give the endpoint a new secret and return it; the present one signs for another day."""
        self.old_secret, self.secret = self.secret, new_secret()
        self.old_secret_until = database_time() + OLD_SECRET_LASTS
        self.save(update_fields=["secret", "old_secret", "old_secret_until"])
        return self.secret

    def enable(self) -> None:
        """Continue from the cursor, at once."""
        self.enabled, self.note = True, []
        self.try_again()
        self.save(update_fields=["enabled", "note", *TRYING])

    def disable(self, note: Phrase) -> None:
        """Send nothing until somebody enables the endpoint again."""
        self.enabled, self.note = False, note.packed()
        self.save(update_fields=["enabled", "note"])

    def try_again(self) -> None:
        """Forget the failures, so that the next attempt is due now. The caller saves `TRYING`."""
        self.failures, self.failing_since, self.retry_at, self.untried = 0, None, None, True

    def ask_for_test(self) -> None:
        """Have a test message sent, also while the endpoint is disabled."""
        self.test_asked = database_time()
        self.save(update_fields=["test_asked"])

    def events_behind(self) -> int:
        """Return the number of events after the cursor, wanted or not."""
        cursor = parse_cursor(self.cursor)
        return max(0, read_head(STREAM).cursor.position - cursor.position) if cursor else 0

    def last_failure(self) -> "Delivery | None":
        """Return the latest attempt that failed, if it is still kept."""
        return self.deliveries.failed().first()

    def note_in_words(self) -> str:
        """Return why it was disabled, in the active language; empty if it is enabled."""
        return Phrase.unpacked(self.note).shown() if self.note else ""


# The fields of `try_again`.
TRYING = ("failures", "failing_since", "retry_at", "untried")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Queries for deliveries."""

    def failed(self) -> "DeliveryQuerySet":
        """Return the attempts that failed, the newest first."""
        results = (Delivery.Result.REFUSED, Delivery.Result.FAILED)
        return self.filter(result__in=results).order_by("-time", "-pk")

    def forget(self, before: datetime, most: int) -> int:
        """Delete the oldest deliveries from before a time; return how many.

        Args:
            most: how many at once.
        """
        old = self.filter(time__lt=before).order_by("time").values_list("pk", flat=True)
        return self.filter(pk__in=list(old[:most])).delete()[0]


class Delivery(models.Model):
    """One attempt to deliver a message, or a skipped message.

    It stores no text that a retraction had to remove.
    """

    class Result(models.TextChoices):
        DELIVERED = "delivered", _("Delivered")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("No answer")
        SKIPPED = "skipped", _("Skipped")

    endpoint = models.ForeignKey(
        Endpoint, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("webhook")
    )
    message = models.CharField(_("message id"), max_length=ID_CHARS)
    type = models.CharField(_("type"), max_length=TYPE_CHARS)
    attempt = models.PositiveIntegerField(_("attempt"))
    result = models.CharField(_("result"), max_length=10, choices=Result)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    # Why there was no answer, as a packed phrase.
    why = models.JSONField(default=list)
    time = models.DateTimeField(_("time"))
    milliseconds = models.PositiveIntegerField(_("milliseconds"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        default_permissions = ("view",)
        ordering = ["-time", "-pk"]
        indexes = [
            models.Index(fields=["time"], name="webhooks_delivery_time"),
            models.Index(fields=["endpoint", "-time"], name="webhooks_delivery_endpoint"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message}"

    def why_in_words(self) -> str:
        """Return why there was no answer, in the active language."""
        return Phrase.unpacked(self.why).shown() if self.why else ""
