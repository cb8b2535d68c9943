import os
from pathlib import Path

SECRET_KEY = "an example keeps no secrets"
ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
INSTALLED_APPS = [
    "scoreboard",
    "stoppress.live",
    "django.contrib.staticfiles",
]
STATIC_URL = "static/"
ROOT_URLCONF = "scoreboard.urls"
ASGI_APPLICATION = "scoreboard.asgi.application"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ.get("SCOREBOARD_DATABASE", Path(__file__).parent.parent / "scores.db"),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
}
