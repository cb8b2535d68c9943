"""The settings of the turnkey site; the only reader of the environment."""

from datetime import timedelta

from stoppress.live import conf
from stoppress.newsroom.body.providers import FRAME_HOSTS
from stoppress.newsroom.language import language_of_words

from . import addresses, env, logs, media, secret, service_urls
from .accounts import configuration as accounts

DATA = env.directory("STOPPRESS_DATA", "./data")

SECRET_KEY = env.text("STOPPRESS_SECRET_KEY") or secret.secret_key(DATA)
DEBUG = env.flag("STOPPRESS_DEBUG")
DEFAULT_EXCEPTION_REPORTER_FILTER = "stoppress.site.web.error_page.SecretSettings"
ALLOWED_HOSTS = addresses.hosts("STOPPRESS_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")

INSTALLED_APPS = [
    "stoppress.live",
    "stoppress.newsroom",
    "stoppress.ingest",
    "stoppress.transfer",
    "stoppress.webhooks",
    "stoppress.site.signing_in",
    "axes",
    "ninja",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "stoppress.site.web.proxied.ReadersScheme",
    "django.middleware.security.SecurityMiddleware",
    "stoppress.site.web.permissions_policy.PermissionsPolicy",
    "stoppress.site.static_files.middleware.StaticFiles",
    "stoppress.site.web.csp.SitePolicy",
    "stoppress.site.web.form_encoding.FormEncoding",
    "stoppress.site.signing_in.middleware.InLine",
    "stoppress.site.web.compression.Compression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "stoppress.newsroom.auditing.middleware.audited",
    "stoppress.newsroom.editors_zone.editors_zone",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "stoppress.site.urls"
ASGI_APPLICATION = "stoppress.site.asgi.application"

# A folder of the site's own: templates that replace those of the newsroom, and static files.
STOPPRESS_THEME = env.folder("STOPPRESS_THEME")

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [STOPPRESS_THEME / "templates"] if STOPPRESS_THEME else [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "stoppress.site.background.notice.notice",
            ],
        },
    }
]

# How long a publisher waits for another's lock: on the database (SQLite) or a stream (PostgreSQL).
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
DATABASES = {"default": service_urls.database("DATABASE_URL", DATABASE_URL)}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS

# LISTEN needs a database session of its own; a transaction pooler in DATABASE_URL gives none.
DATABASE_LISTEN_URL = env.text("DATABASE_LISTEN_URL")
if DATABASE_LISTEN_URL:
    DATABASES["listen"] = service_urls.database("DATABASE_LISTEN_URL", DATABASE_LISTEN_URL)

REDIS_URL = env.text("REDIS_URL")
if REDIS_URL:
    service_urls.redis("REDIS_URL", REDIS_URL)
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
    }

SESSION_ENGINE = "stoppress.site.web.sessions"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = ["stoppress.site.signing_in.hashing.PasswordHasher"]
AUTHENTICATION_BACKENDS = ["stoppress.site.signing_in.backend.AccountBackend"]

# The throttle of wrong passwords (docs/decisions/0016-login-throttle.md). An account is locked only
# for the address that failed; otherwise any stranger could lock an editor out.
LOGIN_FAILURES = env.integer("STOPPRESS_LOGIN_FAILURES", 10)
AXES_ENABLED = LOGIN_FAILURES > 0
AXES_FAILURE_LIMIT = max(1, LOGIN_FAILURES)
AXES_COOLOFF_TIME = timedelta(seconds=env.seconds("STOPPRESS_LOGIN_LOCK_SECONDS", 900))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
# A lock ends at the time it announced: further attempts do not prolong it.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_HANDLER = "stoppress.site.signing_in.counting.FailedLogins"
AXES_CLIENT_IP_CALLABLE = "stoppress.site.signing_in.counting.counted_address"
AXES_USERNAME_CALLABLE = "stoppress.site.signing_in.counting.counted_account"
AXES_LOCKOUT_CALLABLE = "stoppress.site.signing_in.locks.locked"

# Above 0, the operator declares that readers use HTTPS only: every HTTPS response then says so
# (RFC 6797, 7.2), and no cookie is ever sent over HTTP. At 0, a cookie is restricted to HTTPS if
# its request used HTTPS (`ReadersScheme`), since the same server may answer http://localhost too.
SECURE_HSTS_SECONDS = env.integer("STOPPRESS_HSTS_SECONDS", 0)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_HSTS_SECONDS > 0
# A session ends this long after the sign-in, and use does not extend it: a stolen or copied cookie
# is worthless the next day.
SESSION_COOKIE_AGE = round(env.hours("STOPPRESS_SESSION_HOURS", 12) * 3600)
# No script of ours reads a cookie.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Not Strict: an editor who follows a link from a message would appear signed out.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
# A URL of the desk may name an article that is not public yet.
SECURE_REFERRER_POLICY = "same-origin"
# Another site's page that opens ours, or is opened by it, cannot reach our window.
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# Checks of `check --deploy` that do not apply here, each with its reason.
SILENCED_SYSTEM_CHECKS = [
    "security.W004",  # HSTS is the operator's decision: `stoppress doctor` reports that it is off
    "security.W005",  # the domain's other hosts are not ours to bind to HTTPS
    "security.W021",  # preloading binds a domain for years: the operator's decision too
    "security.W008",  # the proxy that ends TLS redirects; probes ask the server itself, over HTTP
    "security.W012",  # a cookie is restricted to HTTPS if its request was: `ReadersScheme`
    "security.W016",  # the same
]

# The language of the articles. Labels and messages are in it too, if they are translated.
STOPPRESS_LANGUAGE = env.language("STOPPRESS_LANGUAGE", "en")
LANGUAGE_CODE = language_of_words(STOPPRESS_LANGUAGE)
TIME_ZONE = env.time_zone("STOPPRESS_TIME_ZONE", "UTC")
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = "stoppress.site.formats"

# The path below which a proxy serves the site; the proxy may remove it from requests or not.
FORCE_SCRIPT_NAME = addresses.prefix("STOPPRESS_ROOT_PATH") or None
STATIC_URL = f"{FORCE_SCRIPT_NAME or ''}/static/"
STATICFILES_DIRS = [*STOPPRESS_THEME.glob("static")] if STOPPRESS_THEME else []
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    # With DEBUG, scripts and styles are served as they are written.
    *([] if DEBUG else ["stoppress.site.static_files.finders.BuiltFiles"]),
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
# `serve` collects the static files here, with a digest of the content in each name. A file that is
# missing here is served from its app. With DEBUG, all files are served from the apps, unchanged.
STATIC_ROOT = env.folder_apart("STOPPRESS_STATIC_ROOT", DATA)
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_USE_MANIFEST = SERVESTATIC_USE_STATIC_ROOT = False
SERVESTATIC_AUTOREFRESH = DEBUG
MEDIA_ROOT = DATA / "media"
# Private to the owner: some are pictures of drafts, and only the site can check which are public.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STORAGES = media.storages(
    env.line("STOPPRESS_MEDIA_BUCKET"),
    env.line("STOPPRESS_MEDIA_ENDPOINT"),
    env.line("STOPPRESS_MEDIA_REGION"),
    env.line("STOPPRESS_MEDIA_ACCESS_KEY"),
    env.line("STOPPRESS_MEDIA_SECRET_KEY"),
)

STOPPRESS_SITE_NAME = env.line("STOPPRESS_SITE_NAME", "Stop Press", needed=True)
# A second factor and single sign-on (docs/decisions/0029-allauth.md), by an extra that nothing
# else needs: without these settings the site signs in as if it did not exist.
STOPPRESS_SECOND_FACTOR = env.choice("STOPPRESS_SECOND_FACTOR", accounts.SECOND_FACTORS)
STOPPRESS_OIDC = accounts.oidc(
    env.line("STOPPRESS_OIDC_ISSUER"),
    env.line("STOPPRESS_OIDC_CLIENT_ID"),
    env.line("STOPPRESS_OIDC_CLIENT_SECRET"),
    env.line("STOPPRESS_OIDC_NAME"),
)
STOPPRESS_ACCOUNTS = STOPPRESS_SECOND_FACTOR != "off" or STOPPRESS_OIDC is not None
if STOPPRESS_ACCOUNTS:
    accounts.require_extra("STOPPRESS_OIDC_ISSUER" if STOPPRESS_OIDC else "STOPPRESS_SECOND_FACTOR")
    accounts.switch_on(globals())

# Off by default: a feed must not reach addresses of the server's own network.
STOPPRESS_FETCH_PRIVATE = env.flag("STOPPRESS_FETCH_PRIVATE")
STOPPRESS_FETCH_PORTS = addresses.ports("STOPPRESS_FETCH_PORTS", "80,443")
STOPPRESS_FETCH_CONTACT = env.line("STOPPRESS_FETCH_CONTACT")
# The site's address in texts that are made outside a request, such as pings and exports.
STOPPRESS_URL = addresses.origin("STOPPRESS_URL")
STOPPRESS_WEBSUB_HUB = addresses.web_address("STOPPRESS_WEBSUB_HUB")
env.needs("STOPPRESS_WEBSUB_HUB", STOPPRESS_WEBSUB_HUB, "STOPPRESS_URL", STOPPRESS_URL)
STOPPRESS_DEMO = env.flag("STOPPRESS_DEMO")
STOPPRESS_CONTACT = env.line("STOPPRESS_CONTACT")
# Some laws require consent first, so a site can switch this off.
STOPPRESS_REMEMBER_READING = env.flag("STOPPRESS_REMEMBER_READING", True)
STOPPRESS_FAST_PATH = env.flag("STOPPRESS_FAST_PATH", True)
# The limit for an API call with a token; `body_limits` limits all other requests.
STOPPRESS_MAX_BODY = env.integer("STOPPRESS_MAX_BODY", 1024 * 1024, least=64 * 1024)
# Every allowed body is read in memory; a form may be as long as an API body.
DATA_UPLOAD_MAX_MEMORY_SIZE = max(STOPPRESS_MAX_BODY, 2_621_440)
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "stoppress.newsroom.upload_handler.ToDisk",
]
# The limit for an uploaded picture, which waits in a temporary file until it is read.
STOPPRESS_MAX_PICTURE = env.integer("STOPPRESS_MAX_PICTURE", 40 * 1024 * 1024, least=64 * 1024)
STOPPRESS_AUDIT_DAYS = env.integer("STOPPRESS_AUDIT_DAYS", 730)
STOPPRESS_METRICS_ADDRESS = addresses.address("STOPPRESS_METRICS_ADDRESS")
STOPPRESS_METRICS_TOKEN = env.text("STOPPRESS_METRICS_TOKEN")
STOPPRESS_LIVE = {
    "BUILD": env.line("STOPPRESS_BUILD"),
    # The language of the articles, even if the labels on the pages are in another one.
    "LOCALE": f"{STOPPRESS_LANGUAGE}-{TIME_ZONE}",
    "HEARTBEAT": env.seconds("STOPPRESS_HEARTBEAT", 25),
    "SAFETY_POLL": env.seconds("STOPPRESS_SAFETY_POLL", 1),
    "REPLAY_LIMIT": env.integer("STOPPRESS_REPLAY_LIMIT", 1000),
    "LAG_EVENTS": env.integer("STOPPRESS_LAG_EVENTS", 1000),
    "LAG_SECONDS": env.seconds("STOPPRESS_LAG_SECONDS", 30),
    "DRAIN_SECONDS": env.seconds("STOPPRESS_DRAIN_SECONDS", 10),
    "DRAIN_RATE": env.integer("STOPPRESS_DRAIN_RATE", 1000),
    "KEEP_EVENTS": env.integer("STOPPRESS_KEEP_EVENTS", 10_000),
    "KEEP_HOURS": env.integer("STOPPRESS_KEEP_HOURS", 48),
    "KEEP_QUIET_DAYS": env.integer("STOPPRESS_KEEP_QUIET_DAYS", 30),
    "MAX_READERS": env.integer("STOPPRESS_MAX_READERS", 20_000),
    "MAX_READERS_PER_ADDRESS": env.integer("STOPPRESS_MAX_READERS_PER_ADDRESS", 200),
    "HANDSHAKES_PER_SECOND": env.integer("STOPPRESS_HANDSHAKES_PER_SECOND", 50),
    "HANDSHAKE_BURST": env.integer("STOPPRESS_HANDSHAKE_BURST", 400),
    "REPLAY_BYTES_PER_SECOND": env.integer("STOPPRESS_REPLAY_BYTES_PER_SECOND", 4 * 1024 * 1024),
    "POLL_SECONDS": env.seconds("STOPPRESS_POLL_SECONDS", 2),
    "LOCK_SECONDS": LOCK_SECONDS,
    "LISTEN_DATABASE": "listen" if DATABASE_LISTEN_URL else "",
    "ALLOWED_ORIGINS": addresses.origins("STOPPRESS_ALLOWED_ORIGINS"),
    "READER": "stoppress.newsroom.token_reader.reader_of_token",
    "TRUSTED_PROXIES": addresses.proxies("STOPPRESS_TRUSTED_PROXIES"),
}
env.within(STOPPRESS_LIVE, conf.SETTINGS)

# There is no `unsafe-inline`, and no script may pass a string to the HTML parser.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "https:", "http:", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        # The frames of providers that readers can load in an article.
        "frame-src": [*FRAME_HOSTS],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["'none'"],
    },
}

# Sources for the site's consent, analytics and advertisements; only the readers' pages allow them.
STOPPRESS_POLICY = env.policy("STOPPRESS_POLICY")

# The sites that may show the pages made for frames (`newsroom/embedding`) in a frame.
STOPPRESS_FRAME_ANCESTORS = addresses.ancestors("STOPPRESS_FRAME_ANCESTORS")

LOGGING = logs.configuration(
    env.choice("STOPPRESS_LOG_FORMAT", logs.FORMS), env.choice("STOPPRESS_LOG_LEVEL", logs.LEVELS)
)
STOPPRESS_ACCESS_LOG = env.flag("STOPPRESS_ACCESS_LOG")
