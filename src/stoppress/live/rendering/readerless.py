"""A template's context without a reader: a view is the same for everybody."""

from collections.abc import Mapping
from typing import Any, NoReturn

from django.template.context import Context

from stoppress.live.errors import InvalidView

# The reader's variables of Django and its context processors, and Jinja2's form of the token.
OF_THE_READER = ("request", "user", "perms", "messages", "csrf_token", "csrf_input")


class NoReader:
    """Placeholder for a reader's variable: false and empty, and an error if printed."""

    do_not_call_in_templates = True

    def __init__(self, name: str, refused: list[str]) -> None:
        self._name, self._refused = name, refused

    def __getattr__(self, name: str) -> "NoReader":
        if name.startswith("_"):
            raise AttributeError(name)
        return NoReader(f"{self._name}.{name}", self._refused)

    def __getitem__(self, name: object) -> "NoReader":
        return NoReader(f"{self._name}.{name}", self._refused)

    def __call__(self, *_: object, **__: object) -> NoReturn:
        self.__str__()

    def __repr__(self) -> str:
        return f"<no reader: {self._name}>"

    def __contains__(self, _: object) -> bool:
        return False

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0

    def __str__(self) -> NoReturn:
        self._refused.append(self._name)  # a filter may swallow the error
        refuse(self._name)

    __html__ = __str__


class NoToken(NoReader):
    """Placeholder for the CSRF token: an inclusion tag may pass it on, but no tag may use it."""

    def __bool__(self) -> NoReturn:
        refuse("{% csrf_token %}")


class ReaderlessContext(Context):
    """A context in which a reader's variables exist, but cannot be printed.

    `get`, by which tags look for the request, does not find them.

    Attributes:
        refused: the names of the variables that a template tried to print.
        request: for tags that expect Django's `RequestContext`.
    """

    def __init__(self, variables: Mapping[str, Any], *, autoescape: bool) -> None:
        super().__init__(dict(variables), autoescape=autoescape)
        self.refused: list[str] = []
        self.request = NoReader("request", self.refused)

    def __getitem__(self, key: Any) -> Any:
        try:
            return super().__getitem__(key)
        except KeyError:
            if key in OF_THE_READER:
                return NoReader(key, self.refused)
            raise

    def get(self, key: Any, otherwise: Any = None) -> Any:
        found = super().get(key, otherwise)
        if key == "csrf_token" and found is otherwise:
            return NoToken(key, self.refused)
        return found

    def __setitem__(self, key: Any, value: Any) -> None:
        # Inside an inclusion tag, `get` must make a new NoToken.
        if not isinstance(value, NoToken):
            super().__setitem__(key, value)


def refuse(name: str) -> NoReturn:
    """Raise the error for printing a reader's variable."""
    raise InvalidView(
        f"{name} belongs to one reader, and a view is the same for all: leave it to the page "
        'around the feed. A button\'s form can stand there too: <button form="its-id">.'
    )
