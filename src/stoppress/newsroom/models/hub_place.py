"""The position up to which a WebSub hub knows the paper's changes."""

from django.db import models


class HubPlace(models.Model):
    """The cursor of the stream `wire` up to which a hub was told of every change of a feed."""

    hub = models.CharField(max_length=2000, unique=True, editable=False)
    cursor = models.CharField(max_length=40, editable=False)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.hub} {self.cursor}"
