"""The Permissions-Policy: browser features denied to the site's pages and to frames in them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Features that none of our pages uses. They come from W3C's list of standardised and proposed
# features (github.com/w3c/webappsec-permissions-policy, features.md), as far as browsers know them:
# an unknown name causes a warning in each reader's console. Not denied: fullscreen,
# picture-in-picture and web-share, for readers, and clipboard-write, for a button of the API page.
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
# Types that are never pages. Without the header, each such response is 450 bytes smaller, and a
# reader's first visit needs several.
NO_PAGE = ("text/css", "text/javascript", "font/", "image/jpeg", "image/png", "image/webp")
POLICY = ", ".join(f"{feature}=()" for feature in DENIED)


class PermissionsPolicy:
    """Adds the policy to every response that can be a page and has no such header yet."""

    sync_capable, async_capable = True, False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if not response.headers.get("Content-Type", "").startswith(NO_PAGE):
            response.headers.setdefault("Permissions-Policy", POLICY)
        return response
