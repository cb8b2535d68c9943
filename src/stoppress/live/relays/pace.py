"""The pace at which a SQLite file is polled for commits."""

import math

# Seconds without a commit after which polls without a notice are this many times rarer.
QUIET_SECONDS, SELDOM = 10.0, 4
# Seconds from the first write of a commit until the commit is probably visible.
COMMIT_SECONDS = 0.001


class Pace:
    """Decides when to poll next.

    - At first the file is polled every `often` seconds.
    - Once a notice has come with a commit, notices are trusted: polls wait for one. Each notice is
      followed by further polls, at growing distances, because the kernel reports writes that are
      not committed yet.
    - After one commit without a notice, the file is polled as at first, for good: some file systems
      report only a part of the writers.

    Args:
        often: seconds between polls while there are commits.
        longest: most seconds between polls.
        now: the clock, in seconds.

    Attributes:
        deaf: seconds to sleep, ignoring notices.
        rest: seconds to wait after that until the next poll; a notice ends the wait.
    """

    def __init__(self, often: float, longest: float, now: float) -> None:
        self._often, self._longest = often, longest
        self._changed_at = now
        self._told_at = -math.inf
        # None until a notice has come with a commit.
        self._trusted: bool | None = None
        # A notice came whose commit has not been seen yet.
        self._expects = False
        self._pause = often
        self.deaf, self.rest = often, 0.0

    def noticed(self, now: float) -> None:
        """Record a notice."""
        self._told_at, self._expects = now, True
        self._pause = self.deaf = min(COMMIT_SECONDS, self._often)
        self.rest = 0.0

    def polled(self, changed: bool, told: bool, now: float) -> None:
        """Record the result of a poll.

        Args:
            told: whether a notice came between `deaf` and the poll.
        """
        if told:
            self._told_at, self._expects = now, True
        if changed:
            self._judge(now - self._told_at <= 2 * self._longest)
            # The new notice may belong to the next commit, which is still running.
            self._expects = told
            self._changed_at, self._pause = now, self._often
        else:
            self._pause = min(2 * self._pause, self._longest_now(told, now))
        if self._trusted:
            self.deaf = min(self._pause, self._often)
            self.rest = self._pause - self.deaf
        else:
            # A hundred wake-ups a second take a hundredth of a core, whatever they do.
            quiet = now - self._changed_at > QUIET_SECONDS
            self.deaf, self.rest = self._often * (SELDOM if quiet else 1), 0.0

    def _judge(self, told: bool) -> None:
        if told and self._trusted is None:
            self._trusted = True
        elif not told and self._trusted:
            self._trusted = False

    def _longest_now(self, told: bool, now: float) -> float:
        """Return the longest pause: a short one while a commit may be running."""
        if told:
            return self._often
        if self._expects and now - self._told_at < self._longest:
            return min(self._often * SELDOM, self._longest)
        return self._longest
