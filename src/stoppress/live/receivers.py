"""The receivers of Django's signals in `stoppress.live`."""

from django.apps import apps
from django.contrib.auth.signals import user_logged_out
from django.db.backends.signals import connection_created

from .log.reading import remember_opening
from .log.wiping import write_zeros
from .publishing.related import RelatedRows
from .readers.signouts import tell_signout


def connect() -> None:
    """Connect the receivers; models must be loaded."""
    user_logged_out.connect(tell_signout)
    connection_created.connect(write_zeros)
    connection_created.connect(remember_opening)
    RelatedRows(apps).connect()
