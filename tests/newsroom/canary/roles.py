"""Those who ask: each with what it may not see."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from django.contrib.auth.models import AnonymousUser, Permission, User
from django.test import Client

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import Scope
from tests.newsroom.staff import user_as

from .words import Canary, is_secret

# The models that hold what an article says.
ARTICLES = {"article", "version", "note", "workingcopy", "contributor"}


@dataclass(frozen=True)
class Role:
    """Somebody who asks.

    Attributes:
        sign_in: give a client what it needs to be this role; also after it has signed out.
        hidden: whether the role may not see a canary.
        only: the beginning of the addresses where it makes a difference who asks.
        writes: its calls may change articles.
        at_the_door: it is refused before anything looks at what it asks for, or its rights are of
            no use: of each kind of address it tries some.
    """

    user: User | AnonymousUser
    sign_in: Callable[[Client], None]
    hidden: Callable[[Canary], bool] = is_secret
    only: str = ""
    writes: bool = False
    at_the_door: bool = False

    def client(self) -> Client:
        client = Client()
        client.raise_request_exception = False
        self.sign_in(client)
        return client


def anonymous() -> Role:
    return Role(AnonymousUser(), lambda client: None)


def a_user() -> Role:
    return replace(signed_in(User.objects.create_user("reader")), at_the_door=True)


def staff_without_a_right() -> Role:
    return signed_in(User.objects.create_user("clerk", is_staff=True))


def staff_with_every_right_but_those_of_articles() -> Role:
    keeper = User.objects.create_user("keeper", is_staff=True)
    keeper.user_permissions.set(Permission.objects.exclude(content_type__model__in=ARTICLES))
    return signed_in(keeper)


def a_superuser_who_is_not_active() -> Role:
    retired = User.objects.create_superuser("retired", is_active=False)
    return replace(signed_in(retired), at_the_door=True)


def a_reporter_of_other_articles() -> Role:
    return signed_in(user_as("Reporter", "another reporter"))


def an_editor() -> Role:
    return signed_in(user_as("Editor"), gone, writes=True)


def a_wrong_token() -> Role:
    return replace(bearer("sp_wrong"), at_the_door=True)


def a_revoked_token() -> Role:
    token, secret = ApiToken.issue("revoked")
    token.revoke()
    return replace(bearer(secret), at_the_door=True)


def a_token_whose_time_is_over() -> Role:
    secret = ApiToken.issue("ended", lasts=timedelta(seconds=-1))[1]
    return replace(bearer(secret), at_the_door=True)


def a_superuser() -> Role:
    return signed_in(User.objects.create_superuser("super"), gone, writes=True)


def a_token_that_may_publish() -> Role:
    return bearer(ApiToken.issue("publisher")[1], gone_or_retracted, writes=True)


def a_token_that_may_read() -> Role:
    return bearer(ApiToken.issue("reader", Scope.READ)[1], gone_or_retracted)


OUTSIDERS = (
    anonymous,
    a_user,
    staff_without_a_right,
    staff_with_every_right_but_those_of_articles,
    a_superuser_who_is_not_active,
    a_reporter_of_other_articles,
    a_wrong_token,
    a_revoked_token,
    a_token_whose_time_is_over,
)
INSIDERS = (an_editor, a_superuser, a_token_that_may_publish, a_token_that_may_read)


def gone(canary: Canary) -> bool:
    """Return whether it is nobody's: in another's working copy, or in a version withdrawn."""
    return canary[0] in {"copy", "withdrawn"}


def gone_or_retracted(canary: Canary) -> bool:
    """Return whether no program gets it, whatever its token may do."""
    retracted = {"retracted", "storyretracted", "postretracted", "postofretracted"}
    return gone(canary) or canary[0] in retracted


def signed_in(
    user: User, hidden: Callable[[Canary], bool] = is_secret, *, writes: bool = False
) -> Role:
    # Readers' pages and the API do not look at who is signed in: the matrix has them.
    only = "/admin/" if user.is_staff else ""
    return Role(user, lambda client: client.force_login(user), hidden, only, writes)


def bearer(
    secret: str, hidden: Callable[[Canary], bool] = is_secret, *, writes: bool = False
) -> Role:
    def sign_in(client: Client) -> None:
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"

    return Role(AnonymousUser(), sign_in, hidden, "/api/", writes)
