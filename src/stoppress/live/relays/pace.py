"""The pace at which a SQLite file is looked at for commits."""

import math

# Seconds without a commit after which unprompted looks are this many times as far apart.
QUIET_SECONDS, SELDOM = 10.0, 4
# Seconds from the first write of a commit until it may well be there to be seen.
COMMIT_SECONDS = 0.001


class Pace:
    """When to look next.

    At first that is every `often` seconds. Once a commit was seen of which a notice had told, looks
    wait for notices, and each is followed by others ever further apart: the kernel tells of what is
    written, which is not yet committed. One commit without a notice, and it is as at first, for
    good: on some file systems notices tell of a part of the writers only.

    Args:
        often: seconds between looks, while there are commits.
        longest: seconds between looks at most.
        now: the clock, in seconds.

    Attributes:
        deaf: seconds in which nothing is to be done.
        rest: seconds from then to the next look, which comes sooner where there is a notice.
    """

    def __init__(self, often: float, longest: float, now: float) -> None:
        self._often, self._longest = often, longest
        self._changed_at = now
        self._told_at = -math.inf
        # None until there was a commit of which a notice had told.
        self._trusted: bool | None = None
        # There is a notice of which no commit has come yet.
        self._expects = False
        self._pause = often
        self.deaf, self.rest = often, 0.0

    def noticed(self, now: float) -> None:
        """Note that somebody writes."""
        self._told_at, self._expects = now, True
        self._pause = self.deaf = min(COMMIT_SECONDS, self._often)
        self.rest = 0.0

    def looked(self, changed: bool, told: bool, now: float) -> None:
        """Note what a look has found.

        Args:
            told: whether there was a notice between `deaf` and the look.
        """
        if told:
            self._told_at, self._expects = now, True
        if changed:
            self._judge(now - self._told_at <= 2 * self._longest)
            # What was told of just now may be the next commit, which is still under way.
            self._expects = told
            self._changed_at, self._pause = now, self._often
        else:
            self._pause = min(2 * self._pause, self._longest_now(told, now))
        if self._trusted:
            self.deaf = min(self._pause, self._often)
            self.rest = self._pause - self.deaf
        else:
            # Waking a hundred times a second takes a hundredth of a core, whatever it is for.
            quiet = now - self._changed_at > QUIET_SECONDS
            self.deaf, self.rest = self._often * (SELDOM if quiet else 1), 0.0

    def _judge(self, told: bool) -> None:
        if told and self._trusted is None:
            self._trusted = True
        elif not told and self._trusted:
            self._trusted = False

    def _longest_now(self, told: bool, now: float) -> float:
        """Return the longest pause; a short one while there may be a commit under way."""
        if told:
            return self._often
        if self._expects and now - self._told_at < self._longest:
            return min(self._often * SELDOM, self._longest)
        return self._longest
