"""Django's error page of STOPPRESS_DEBUG, without the settings that hold a password."""

import re

from django.views.debug import SafeExceptionReporterFilter


class SecretSettings(SafeExceptionReporterFilter):
    """Also hides the addresses of services, which may hold a password."""

    hidden_settings = re.compile(
        f"{SafeExceptionReporterFilter.hidden_settings.pattern}|^(DATABASE|DATABASE_LISTEN|REDIS)_URL$|^CHANNEL_LAYERS$",
        re.IGNORECASE,
    )
