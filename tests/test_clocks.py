"""Times that decide come from the database's clock; a machine's time of day only measures."""

import re
from pathlib import Path

import stoppress

PACKAGE = Path(stoppress.__file__).parent
TIME_OF_DAY = re.compile(
    r"\btimezone\.(now|local(time|date))\b|\btime\.time(_ns)?\(|from time import .*\btime\b"
    r"|\bdatetime\.now\(|\bdate\.today\(|\bauto_now"
)
SHOWN = "shown only"
ALLOWED = {
    "live/clock.py": "on SQLite it is the database's; on PostgreSQL it is compared with that",
    "live/hub/watch.py": "a metric, which Prometheus compares with its own clock",
    "live/backups/staging.py": "the name of a file",
    "live/client/heartbeat_answers.py": "the reader's own machine",
    "live/client/wire.py": "the reader's own machine",
    "site/static_files/collecting.py": "the age of files of earlier versions",
    "newsroom/context.py": SHOWN,
    "newsroom/models/article.py": "a default that the verbs replace",
    "newsroom/models/article_queries.py": "the gate, where the database has no clock of its own",
    "newsroom/models/idempotency.py": "a default that `remember` replaces",
    "newsroom/models/note.py": "a default that `add_note` replaces",
    "newsroom/models/working_copy.py": SHOWN,
    "newsroom/admin/preferences.py": SHOWN,
    "newsroom/admin/standing.py": SHOWN,
    "newsroom/models/token.py": "a default that `issue` replaces; the last use is " + SHOWN,
    "ingest/models.py": SHOWN + ", or replaced by the first poll",
}
# They measure a deployment from outside.
OUTSIDE = ("conformance", "drill")


def test_only_the_listed_files_read_the_machines_time_of_day() -> None:
    found = {
        str(name)
        for path in PACKAGE.rglob("*.py")
        if (name := path.relative_to(PACKAGE)).parts[0] not in OUTSIDE
        and "migrations" not in name.parts
        and TIME_OF_DAY.search(path.read_text())
    }
    assert found == set(ALLOWED)
