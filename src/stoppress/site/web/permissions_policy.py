"""The Permissions-Policy: what no page of the site, and no frame in one, may have of a browser."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# What none of our pages uses, of the features that W3C's list calls standardised or proposed
# (github.com/w3c/webappsec-permissions-policy, features.md) and that browsers know: a name that
# they do not know is a warning in each reader's console. Not in it: fullscreen, picture-in-picture
# and web-share, which readers use, and clipboard-write, which the API's page has a button for.
DENIED = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "identity-credentials-get",
    "idle-detection",
    "keyboard-map",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "publickey-credentials-create",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "window-management",
    "xr-spatial-tracking",
)
POLICY = ", ".join(f"{feature}=()" for feature in DENIED)


class PermissionsPolicy:
    """Sends the policy with every answer that has none of its own."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response
