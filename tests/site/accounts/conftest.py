from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache

from stoppress.site.accounts import provider as ours

from .provider import Provider
from .switched_on import switch_on

NAME, RIGHT = "ann", "right horse battery"
EMAIL = "ann@paper.example"


@pytest.fixture
def accounts(settings, db) -> None:
    """A site that has switched both on, as `STOPPRESS_…` would."""
    switch_on(settings)
    cache.clear()


@pytest.fixture
def ann(accounts) -> User:
    return User.objects.create_superuser(NAME, EMAIL, RIGHT)


@pytest.fixture
def provider(settings, accounts) -> Iterator[Provider]:
    """A provider of single sign-on on this machine, who knows Ann."""
    ours._kept.clear()
    with Provider({"sub": "7", "email": EMAIL, "email_verified": True}) as running:
        settings.STOPPRESS_OIDC = {**settings.STOPPRESS_OIDC, "issuer": running.issuer}
        yield running
