"""Numbers in addresses and in names of streams."""

import re

from django.urls.converters import IntConverter

# Only the usual spelling: `042` would be a second address of 42, which no other code knows. No more
# digits than a database's integers have.
NUMBER = re.compile("[1-9][0-9]{0,17}")


class Number(IntConverter):
    """A URL path converter: a number in its usual spelling."""

    regex = NUMBER.pattern
