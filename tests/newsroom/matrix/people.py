"""The roles of the matrix, each with a client that is signed in as it."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser, User
from django.test import Client

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import Scope
from tests.newsroom.staff import user_as

Person = User | AnonymousUser


def _staff(name: str) -> User:
    return User.objects.create_user(name, is_staff=True)


USERS: dict[str, Callable[[str], Person]] = {
    "anonymous": lambda name: AnonymousUser(),
    "no right": _staff,
    "reporter": lambda name: user_as("Reporter"),
    "editor": lambda name: user_as("Editor"),
    "chief": lambda name: user_as("Chief"),
    "superuser": User.objects.create_superuser,
}
TOKENS = {scope.value: scope for scope in Scope}
OWN = ", own"


class People:
    """Makes each role's user or token when it is first asked for."""

    def __init__(self) -> None:
        self._users: dict[str, Person] = {}
        self._clients: dict[str, Client] = {}

    def user(self, role: str) -> Person:
        """Return a role's user; a role of tokens has none."""
        name = role.removesuffix(OWN)
        if name not in USERS:
            return AnonymousUser()
        if name not in self._users:
            self._users[name] = USERS[name](name)
        return self._users[name]

    def client(self, role: str) -> Client:
        """Return a client as a role's browser or program."""
        if role not in self._clients:
            self._clients[role] = self._signed_in(role)
        return self._clients[role]

    def _signed_in(self, role: str) -> Client:
        client = Client(raise_request_exception=False)
        if role in TOKENS:
            _, secret = ApiToken.issue(role, TOKENS[role])
            client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
        elif role == "wrong token":
            client.defaults["HTTP_AUTHORIZATION"] = "Bearer sp_wrong"
        elif isinstance(user := self.user(role), User):
            client.force_login(user)
        return client
