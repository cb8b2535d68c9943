"""The rights that the newsroom's groups were given."""

from django.contrib.auth.models import Group
from django.db import models


class Role(models.Model):
    """A group that was made for the newsroom, and the rights that it was given, each once.

    Without this record, each migration would make a removed group again, and give a group the
    rights again that were taken from it.
    """

    name = models.CharField(
        max_length=20, primary_key=True, help_text="The group's name when it was created."
    )
    group = models.OneToOneField(Group, null=True, on_delete=models.SET_NULL, related_name="+")
    given = models.JSONField(default=list, help_text="Rights such as newsroom.publish_article.")

    def __str__(self) -> str:
        return self.name
