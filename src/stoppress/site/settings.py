"""The settings of the turnkey site; the only reader of the environment."""

import environ

from . import env, secret

DATA = env.directory("STOPPRESS_DATA", "./data")

SECRET_KEY = env.text("STOPPRESS_SECRET_KEY") or secret.secret_key(DATA)
DEBUG = env.flag("STOPPRESS_DEBUG")
ALLOWED_HOSTS = env.words("STOPPRESS_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

INSTALLED_APPS = [
    "stoppress.live",
    "stoppress.newsroom",
    "stoppress.ingest",
    "ninja",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "stoppress.site.proxied.ReadersScheme",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "stoppress.site.csp.SitePolicy",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "stoppress.site.urls"
ASGI_APPLICATION = "stoppress.site.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# How long a publisher waits for another: for the database on SQLite, for a stream on PostgreSQL.
LOCK_SECONDS = env.seconds("STOPPRESS_LOCK_SECONDS", 8)

SQLITE_OPTIONS = {
    # BEGIN IMMEDIATE takes the write lock at once: a writer waits its turn
    # instead of failing when a read turns into a write.
    "transaction_mode": "IMMEDIATE",
    # FULL: a power cut must not lose what readers have already seen.
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    "timeout": LOCK_SECONDS,
}

DATABASE_URL = env.text("DATABASE_URL") or f"sqlite:///{DATA / 'stoppress.sqlite3'}"
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

# LISTEN needs a session of its own, which a transaction pooler in DATABASE_URL does not give.
DATABASE_LISTEN_URL = env.text("DATABASE_LISTEN_URL")
if DATABASE_LISTEN_URL:
    DATABASES["listen"] = environ.Env.db_url_config(DATABASE_LISTEN_URL)

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    env.require("channels_redis", "REDIS_URL is set", "stop-press[redis]")
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
# Found where the apps keep them: no command has to be run before the first page.
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = False
MEDIA_ROOT = DATA / "media"

# Off by default: addresses of the machine's own network are none of a feed's business.
STOPPRESS_FETCH_PRIVATE = env.flag("STOPPRESS_FETCH_PRIVATE")
STOPPRESS_FETCH_PORTS = env.integers("STOPPRESS_FETCH_PORTS", "80,443")
STOPPRESS_FETCH_CONTACT = env.text("STOPPRESS_FETCH_CONTACT")
STOPPRESS_DEMO = env.flag("STOPPRESS_DEMO")
STOPPRESS_SITE_NAME = env.text("STOPPRESS_SITE_NAME", "Stop Press")
STOPPRESS_FAST_PATH = env.flag("STOPPRESS_FAST_PATH", True)
# Of an API call that brings a token; others are bounded where `body_limits` says.
STOPPRESS_MAX_BODY = env.integer("STOPPRESS_MAX_BODY", 1024 * 1024)
# What may come is read in memory, and its form may be as long as the API's.
DATA_UPLOAD_MAX_MEMORY_SIZE = max(STOPPRESS_MAX_BODY, 2_621_440)
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE
STOPPRESS_METRICS_TOKEN = env.text("STOPPRESS_METRICS_TOKEN")
STOPPRESS_LIVE = {
    "HEARTBEAT": env.seconds("STOPPRESS_HEARTBEAT", 25),
    "SAFETY_POLL": env.seconds("STOPPRESS_SAFETY_POLL", 1),
    "REPLAY_LIMIT": env.integer("STOPPRESS_REPLAY_LIMIT", 1000),
    "LAG_EVENTS": env.integer("STOPPRESS_LAG_EVENTS", 1000),
    "LAG_SECONDS": env.seconds("STOPPRESS_LAG_SECONDS", 30),
    "DRAIN_SECONDS": env.seconds("STOPPRESS_DRAIN_SECONDS", 10),
    "KEEP_EVENTS": env.integer("STOPPRESS_KEEP_EVENTS", 10_000),
    "KEEP_HOURS": env.integer("STOPPRESS_KEEP_HOURS", 48),
    "MAX_READERS": env.integer("STOPPRESS_MAX_READERS", 20_000),
    "MAX_READERS_PER_ADDRESS": env.integer("STOPPRESS_MAX_READERS_PER_ADDRESS", 200),
    "HANDSHAKES_PER_SECOND": env.integer("STOPPRESS_HANDSHAKES_PER_SECOND", 0),
    "POLL_SECONDS": env.seconds("STOPPRESS_POLL_SECONDS", 2),
    "LOCK_SECONDS": LOCK_SECONDS,
    "LISTEN_DATABASE": "listen" if DATABASE_LISTEN_URL else "",
    "TRUSTED_PROXIES": env.words("STOPPRESS_TRUSTED_PROXIES"),
}

# `unsafe-inline` stands nowhere, and no script may hand a string to the HTML parser.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "https:", "http:", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "stoppress": {"level": "INFO"},
        "uvicorn.error": {"level": "WARNING"},
        # The relay says itself, in one line, that Redis is away: no traceback each second.
        "channels_redis": {"level": "CRITICAL"},
    },
}
