"""The log of the site: its level, its form, and other output of a server to standard error."""

import logging
import logging.config
import sys
import threading
from types import TracebackType
from typing import Any

from . import env

logger = logging.getLogger("stoppress.site")

# The default first.
FORMS: tuple[str, ...] = ("text", "json")
LEVELS: tuple[str, ...] = ("info", "debug", "warning", "error")

_json = False


def configuration(form: str, level: str) -> dict[str, Any]:
    """Return Django's `LOGGING`."""
    ours = level.upper()
    # Messages of libraries below a warning are for their authors, and may hold a secret.
    others = max("WARNING", ours, key=logging.getLevelName)
    stderr = {"class": "logging.StreamHandler", "formatter": form}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "text": {
                "class": "stoppress.live.one_line.OneLine",
                "format": "{asctime} {levelname} {name}{in_request}: {message}",
                "style": "{",
            },
            "json": {"class": "stoppress.live.json_line.JsonLine"},
        },
        "filters": {
            # A stranger can cause a log line, but must not fill the disk with them.
            "repeats": {"()": "stoppress.live.repeats.Repeats"},
            "request_ids": {"()": "stoppress.live.request_id.RequestIds"},
        },
        "handlers": {
            "stderr": {**stderr, "filters": ["repeats", "request_ids"]},
            "access": {**stderr, "filters": ["request_ids"]},
        },
        "root": {"handlers": ["stderr"], "level": others},
        "loggers": {
            "stoppress": {"level": ours},
            # The access log, if switched on, has each request, whatever the log level.
            "stoppress.access": {"handlers": ["access"], "level": "INFO", "propagate": False},
            # Without this, Django would also log to its own handler if STOPPRESS_DEBUG is set.
            "django": {"handlers": [], "level": others},
            "uvicorn.error": {"level": others},
            # The relay itself logs one line when Redis is away, instead of a traceback each second.
            "channels_redis": {"level": "CRITICAL"},
            # axes logs every wrong password; the site logs locks only.
            "axes": {"level": "CRITICAL"},
        },
    }


def begin() -> None:
    """Make this server process write only JSON to standard error, if the setting asks for it.

    Called before the settings are read, which may fail.

    Raises:
        ImproperlyConfigured: there is no such form.
    """
    global _json
    if env.choice("STOPPRESS_LOG_FORMAT", FORMS) != "json":
        return
    _json = True
    logging.config.dictConfig(configuration("json", LEVELS[0]))
    logging.captureWarnings(True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread
    sys.unraisablehook = _log_unraisable


def tell(words: str) -> None:
    """Write why a command ends: as a line of the log if that is JSON, else as commands do."""
    if _json:
        logger.error("%s", words)
    else:
        print(f"stoppress: {words}", file=sys.stderr)


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    logger.critical("the process ends by an error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(failed: threading.ExceptHookArgs) -> None:
    if failed.exc_value is not None and failed.exc_type is not SystemExit:
        name = failed.thread.name if failed.thread else "unknown"
        exception = (failed.exc_type, failed.exc_value, failed.exc_traceback)
        logger.error("the thread %s ends by an error", name, exc_info=exception)


def _log_unraisable(failed: "sys.UnraisableHookArgs") -> None:
    if failed.exc_value is not None:
        exception = (failed.exc_type, failed.exc_value, failed.exc_traceback)
        words = failed.err_msg or "an error could not be raised"
        logger.error("%s: %r", words, failed.object, exc_info=exception)
