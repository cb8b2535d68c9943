import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from stoppress.site import env


def layer_with(tmp_path, **variables):
    """Return what CHANNEL_LAYERS is, of the site's settings under these variables."""
    code = "from stoppress.site import settings; print(getattr(settings, 'CHANNEL_LAYERS', 'none'))"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"STOPPRESS_DATA": str(tmp_path)} | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_redis_url_makes_the_layer_and_may_come_from_a_file(tmp_path):
    assert layer_with(tmp_path, REDIS_URL="") == "none\n"
    secret = tmp_path / "redis"
    secret.write_text("redis://:word@127.0.0.1:6379/3\n")
    made = layer_with(tmp_path, REDIS_URL_FILE=str(secret))
    assert "RedisPubSubChannelLayer" in made and "redis://:word@127.0.0.1:6379/3'" in made


def test_a_package_that_is_missing_is_named_with_how_to_get_it():
    with pytest.raises(ImproperlyConfigured, match=r"REDIS_URL is set, but.*stop-press\[redis\]"):
        env.require("channels_redis_of_nobody", "REDIS_URL is set", "stop-press[redis]")
