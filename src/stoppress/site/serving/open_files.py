"""How many files this process may open: every reader is one."""

import logging
import resource

from stoppress.live import conf

logger = logging.getLogger("stoppress.site")


def allow_many_files() -> None:
    """Raise the limit as far as this user may, and say where it is below that of the readers."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):  # macOS has a lower limit of its own that it does not tell
            hard = soft
    if hard != resource.RLIM_INFINITY and hard < conf.whole("MAX_READERS"):
        logger.warning(
            "this process may open %d files, too few for STOPPRESS_MAX_READERS (%d): raise the "
            "limit of open files (ulimit -n, LimitNOFILE), or lower the setting",
            hard,
            conf.whole("MAX_READERS"),
        )
