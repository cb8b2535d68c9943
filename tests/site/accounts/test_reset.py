import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from tests.newsroom.staff import user_as

from .app import give_password, is_signed_in, set_up
from .conftest import NAME, RIGHT

USERS = "/admin/auth/user/"


@pytest.fixture
def zoe(accounts) -> User:
    """An editor with a second factor, and linked with a person of the provider."""
    zoe = user_as("Editor", "zoe")
    zoe.set_password(RIGHT)
    zoe.save()
    give_password(client := Client(), name="zoe")
    set_up(client)
    SocialAccount.objects.create(user=zoe, provider="oidc", uid="8")
    return zoe


def remove(client: Client, *users: User) -> str:
    sent = {"action": "remove_second_factor", "_selected_action": [user.pk for user in users]}
    return client.post(USERS, sent, follow=True).content.decode()


def test_the_command_removes_a_second_factor(zoe, capsys):
    call_command("reset_second_factor", "zoe")
    assert "zoe signs in with the password alone" in capsys.readouterr().out
    assert not Authenticator.objects.exists() and not SocialAccount.objects.exists()
    give_password(client := Client(), name="zoe")
    assert is_signed_in(client)
    call_command("reset_second_factor", "zoe")
    assert capsys.readouterr().out == "zoe had no second factor.\n"


def test_the_command_names_an_unknown_user(accounts):
    with pytest.raises(CommandError, match="There is no user 'max'"):
        call_command("reset_second_factor", "max")


def test_a_chief_can_remove_a_second_factor(zoe, client):
    client.force_login(user_as("Chief"))
    assert "1 second factor removed." in remove(client, zoe)
    assert not Authenticator.objects.exists()


def test_a_chief_cannot_remove_that_of_a_superuser(zoe, ann, client):
    give_password(other := Client(), name=NAME)
    set_up(other)
    client.force_login(user_as("Chief"))
    page = remove(client, ann)
    assert f"Only a superuser removes the second factor of {NAME}." in page
    assert "0 second factors removed." in page
    assert Authenticator.objects.filter(user=ann).exists()


def test_a_user_removes_their_own_factor_after_signing_in_again(zoe, ann, client):
    give_password(client)
    set_up(client)
    assert "Remove your own second factor by the link" in remove(client, ann)
    assert Authenticator.objects.filter(user=ann).exists()
