"""The limit of open files of this process: each reader's connection is one."""

import logging
import resource

from stoppress.live import conf

logger = logging.getLogger("stoppress.site")


def allow_many_files() -> None:
    """Raise the limit as far as this user may; warn if it is below `STOPPRESS_MAX_READERS`."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):  # macOS enforces a lower limit that it does not report
            hard = soft
    if hard != resource.RLIM_INFINITY and hard < conf.whole("MAX_READERS"):
        logger.warning(
            "this process may open %d files, too few for STOPPRESS_MAX_READERS (%d): raise the "
            "limit of open files (ulimit -n, LimitNOFILE), or lower the setting",
            hard,
            conf.whole("MAX_READERS"),
        )
