"""Convert the fuzzing client of Autobahn|Testsuite from Python 2 to the running Python.

In its text a string is bytes. Each byte becomes the character of the same number, and `fuzz.py`
turns them into bytes again where they go to the socket. The package is pinned by its hash, so the
rules need to know no other text than this one.
"""

import re
from pathlib import Path

MODULES = ("_version.py", "caseset.py", "fuzzing.py", "report.py", "case/*.py")
INIT = "from ._version import __version__ as version\n"

RULES = [
    (re.compile(pattern, re.MULTILINE), new)
    for pattern, new in (
        # Python 3's names for the same.
        (r"^( *)print (.+)$", r"\1print(\2)"),
        (r"except (\w+), (\w+):", r"except \1 as \2:"),
        (r"([\w.\[\]]+)\.has_key\(([^)]+)\)", r"(\2 in \1)"),
        (r"\bxrange\b", "range"),
        (r"\(object, Case, \)", "(Case, )"),
        (r"^from (case\w*|report) import", r"from .\1 import"),
        (r"(len\(self\.payload\)) / ", r"\1 // "),
        (r"'\\\.'", r"r'\.'"),
        (r"\bvalidate\((vss\[:i\])\)", r"validate(\1.encode('latin-1'))"),
        (r"(f\.write\(.+)\.encode\(.utf-?8.\)\)$", r"\1)"),
        # Bytes in hex become a string.
        (r"\bbinascii\.b2a_hex\(", "latin.b2a_hex("),
        (r"^import (.*\b)?binascii\b", r"import \1latin"),
        # Left out: compression, which the site does not offer, a case that the suite itself
        # has switched off, TLS, the reports of other tools, and what only a server needs.
        (r"^.*(case12_x_x|Case1[23]_X_X|case9_9_1).*$", ""),
        (r"^REPORT_DIR_PERMISSIONS (.|\n)*", ""),
        (r"^import jinja2$", ""),
        (r", pkg_resources$|, ssl$", ""),
        (r"\bssl\.ClientContextFactory\(\)", "None"),
    )
]


def convert(package: Path, to: Path) -> None:
    """Write the modules of the fuzzing client, converted, into a folder."""
    for source in (path for pattern in MODULES for path in sorted(package.glob(pattern))):
        text = source.read_bytes().decode("latin-1").replace("\r\n", "\n")
        for pattern, new in RULES:
            text = pattern.sub(new, text)
        target = to / source.relative_to(package)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    (to / "__init__.py").write_text(INIT)
