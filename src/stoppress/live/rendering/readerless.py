"""A template's context without a reader: a view is the same for everybody."""

from typing import Any, NoReturn

from django.template.context import Context

from stoppress.live.errors import InvalidView

# What Django and its context processors say of the reader, and Jinja2's form of the token.
OF_THE_READER = ("request", "user", "perms", "messages", "csrf_token", "csrf_input")


class NoReader:
    """Stands for what belongs to a reader: false and empty, and refuses to be printed."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> "NoReader":
        if name.startswith("_"):
            raise AttributeError(name)
        return NoReader(f"{self._name}.{name}")

    def __getitem__(self, name: object) -> "NoReader":
        return NoReader(f"{self._name}.{name}")

    def __contains__(self, _: object) -> bool:
        return False

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __str__(self) -> NoReturn:
        refuse(self._name)

    __html__ = __str__


class ReaderlessContext(Context):
    """A context in which a variable of the reader is found, but cannot be printed.

    `get`, by which tags look for the request, finds none.
    """

    def __getitem__(self, key: Any) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError:
            if key in OF_THE_READER:
                return NoReader(key)
            raise

    def get(self, key: Any, otherwise: Any = None) -> Any:
        found = super().get(key, otherwise)
        if key == "csrf_token" and found is otherwise:
            refuse("{% csrf_token %}")
        return found


def refuse(name: str) -> NoReturn:
    """Raise the error for what belongs to one reader."""
    raise InvalidView(
        f"{name} belongs to one reader, and a view is the same for all: leave it to the page "
        'around the feed. A button\'s form can stand there too: <button form="its-id">.'
    )
