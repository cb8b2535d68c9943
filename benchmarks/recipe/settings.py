"""The recipe's settings: those of a tutorial's project, and nothing more."""

import os

SECRET_KEY = "only for a benchmark on the machine itself"
ALLOWED_HOSTS = ["*"]
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "benchmarks.recipe",
]
ROOT_URLCONF = "benchmarks.recipe.routing"
ASGI_APPLICATION = "benchmarks.recipe.asgi.application"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["RECIPE_DATABASE"]}
}
CHANNEL_LAYERS: dict[str, dict[str, object]] = {
    # With its defaults: up to 100 messages may wait for a reader, each for 60 s.
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
if address := os.environ.get("RECIPE_REDIS"):
    # The defaults of redis-py before 8.0. With the newer defaults, channels_redis 4.3 breaks:
    # - the timeout of 5 s is as long as channels_redis waits for a message, so a server without
    #   news loses a reader every five seconds;
    # - of more than 100 readers at once, some are refused, since there is no free connection.
    redis = {"address": address, "socket_timeout": None, "max_connections": 2**31}
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [redis]},
    }
