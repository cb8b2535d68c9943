"""Settings of the recipe: what a tutorial's project has, and nothing for show."""

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
    # With its defaults: 100 messages a reader may wait, each for 60 s.
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
if address := os.environ.get("RECIPE_REDIS"):
    # What redis-py had by default until 8.0; with the newer defaults channels_redis 4.3 breaks. 5 s
    # for an answer are as long as it waits for a message, so that a quiet server loses a reader
    # every five seconds; and of more than 100 readers who come at once, some are refused for want
    # of a connection.
    redis = {"address": address, "socket_timeout": None, "max_connections": 2**31}
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [redis]},
    }
