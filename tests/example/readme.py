"""The files that the README and the documentation have a developer write."""

import re

_BLOCK = re.compile(r"```(?:python|html|js)\n(.*?)```", re.DOTALL)
_COMMANDS = re.compile(r"```sh\n(.*?)```", re.DOTALL)
_NAME = re.compile(r"^(?:# |// |<!-- )([\w/]+\.(?:py|html|js))(?: -->)?\n", re.MULTILINE)


def readme_files(readme: str) -> dict[str, str]:
    """Return the texts in a page's blocks of code, by the path in the comment above each.

    What a page adds to one file in several places is joined.
    """
    files: dict[str, str] = {}
    for block in _BLOCK.findall(readme):
        _, *parts = _NAME.split(block)
        for path, text in zip(parts[::2], parts[1::2], strict=True):
            files[path] = files.get(path, "") + text.strip() + "\n"
    return files


def readme_commands(readme: str) -> list[str]:
    """Return the lines of a page's blocks of commands."""
    return [line for block in _COMMANDS.findall(readme) for line in block.splitlines()]
