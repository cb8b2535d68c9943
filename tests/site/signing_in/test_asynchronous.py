"""Sign-ins wait in a queue on the event loop: no middleware behind it may be synchronous."""

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from stoppress.site.accounts import configuration

QUEUE = "stoppress.site.signing_in.middleware.InLine"


@pytest.mark.parametrize(
    "name",
    [
        *settings.MIDDLEWARE[settings.MIDDLEWARE.index(QUEUE) :],
        *configuration.MIDDLEWARE,  # of a site with a second factor or single sign-on
    ],
)
def test_every_middleware_behind_the_queue_can_be_asynchronous(name):
    assert import_string(name).async_capable
