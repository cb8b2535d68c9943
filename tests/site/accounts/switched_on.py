"""A site with a second factor and single sign-on, in the process of the tests."""

from typing import Any

OIDC = {
    **{"issuer": "https://127.0.0.1:1", "name": "Paper ID"},
    **{"client_id": "newsroom", "client_secret": "s3cret"},
}


def switch_on(settings: Any) -> None:
    """Switch both on, as the environment would; `settings` are those of pytest-django."""
    settings.STOPPRESS_SECOND_FACTOR = "optional"
    settings.STOPPRESS_OIDC = OIDC
    settings.ROOT_URLCONF = "tests.site.accounts.urls"
