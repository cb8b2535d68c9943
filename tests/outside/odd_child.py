"""A process that does what it is told by its standard input."""

import sys

exec(sys.stdin.read())
