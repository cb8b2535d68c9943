"""Languages: how they are written, and the site's own."""

import re

from django.conf import settings

# Tags of BCP 47 (RFC 5646 section 2.1) as far as their form goes.
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
MAX_CHARS = 35


def site_language() -> str:
    """Return the language that an article is in which names none: `STOPPRESS_LANGUAGE`."""
    return str(getattr(settings, "STOPPRESS_LANGUAGE", "en"))
