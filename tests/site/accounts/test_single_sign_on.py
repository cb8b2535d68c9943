import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.test import Client

from stoppress.site.accounts import provider as ours

from .app import LOGIN, give_password, is_signed_in, set_up
from .conftest import EMAIL, NAME, RIGHT
from .provider import Provider

BEGIN, BACK = "/accounts/oidc/login/", "/accounts/oidc/callback/"


@pytest.fixture
def ann(accounts) -> User:
    """An editor: a superuser is not linked by an address alone."""
    return User.objects.create_user(NAME, EMAIL, RIGHT, is_staff=True)


def sign_in(client: Client, provider: Provider, after: str = "") -> Any:
    """Sign in as a browser does; return the answer to its last request."""
    led = client.get(BEGIN, {"next": after} if after else {})
    assert led.status_code == 302, led.content
    return client.get(provider.send_back(led["Location"]))


def title(answer: Any) -> str:
    return answer.content.decode().partition("<h1>")[2].partition("</h1>")[0]


def test_a_user_with_an_account_signs_in_and_is_linked(ann, provider, client):
    page = client.get(f"{LOGIN}?next=/admin/newsroom/").content.decode()
    assert "Sign in with Paper ID" in page and f'href="{BEGIN}?next=%2Fadmin%2Fnewsroom%2F"' in page
    answer = sign_in(client, provider, "/admin/newsroom/section/")
    assert answer["Location"] == "/admin/newsroom/section/" and is_signed_in(client)
    linked = SocialAccount.objects.get()
    assert (linked.user, linked.uid, linked.extra_data) == (ann, "7", {})
    assert not SocialToken.objects.exists()
    sent = provider.told["/authorize"]
    assert sent["code_challenge_method"] == "S256" and sent["scope"].split()
    assert {*sent["scope"].split()} == {"openid", "profile", "email"}


def test_once_linked_the_subject_decides_and_not_the_address(ann, provider, client):
    sign_in(client, provider)
    provider.person.update(email="married@paper.example", email_verified=False)
    other = Client()
    sign_in(other, provider)
    assert is_signed_in(other) and SocialAccount.objects.count() == 1


def test_addresses_are_compared_without_case(ann, provider, client):
    provider.person["email"] = EMAIL.upper()
    sign_in(client, provider)
    assert is_signed_in(client)


def test_letters_that_only_look_alike_are_another_address(accounts, provider, client):
    User.objects.create_user("kim", "kim@paper.example", is_staff=True)
    provider.person["email"] = "\u212aim@paper.example"  # the kelvin sign
    assert sign_in(client, provider).status_code == 403


def unknown(provider: Provider) -> str:
    provider.person["email"] = "stranger@paper.example"
    return "You have no account here"


def unverified(provider: Provider) -> str:
    provider.person["email_verified"] = False
    return "Your e-mail address is not verified"


def without_a_word(provider: Provider) -> str:
    del provider.person["email_verified"]
    return "Your e-mail address is not verified"


def inactive(provider: Provider) -> str:
    User.objects.update(is_active=False)
    return "Your account is not active"


def not_of_the_staff(provider: Provider) -> str:
    User.objects.update(is_staff=False)
    return "You have no account here"


def shared(provider: Provider) -> str:
    User.objects.create_superuser("another", EMAIL)
    return "Several accounts have your e-mail address"


PERSONS = [unknown, unverified, without_a_word, inactive, not_of_the_staff, shared]


@pytest.mark.parametrize("person", PERSONS)
def test_a_person_without_an_account_gets_a_page_with_the_reason(ann, provider, client, person):
    users = User.objects.count() + (person is shared)
    wanted = person(provider)
    answer = sign_in(client, provider)
    assert answer.status_code == 403 and title(answer) == wanted
    assert not is_signed_in(client)
    assert User.objects.count() == users and not SocialAccount.objects.exists()


def test_a_linked_account_that_is_not_active_does_not_get_in(ann, provider, client):
    sign_in(client, provider)
    inactive(provider)
    other = Client()
    assert title(sign_in(other, provider)) == "Your account is not active"
    assert not is_signed_in(other)


def test_an_account_of_another_person_is_not_taken_over_by_its_address(ann, provider, client):
    sign_in(client, provider)
    provider.person["sub"] = "8"
    other = Client()
    assert title(sign_in(other, provider)) == "This account belongs to somebody else"
    assert not is_signed_in(other)


def test_a_superuser_is_linked_only_while_signed_in(ann, provider, client):
    User.objects.update(is_superuser=True)
    assert title(sign_in(client, provider)) == "Sign in with your password first"
    assert not is_signed_in(client) and not SocialAccount.objects.exists()
    give_password(client)
    sign_in(client, provider)
    sign_in(other := Client(), provider)
    assert is_signed_in(client) and is_signed_in(other)
    assert SocialAccount.objects.get().user == ann


def test_a_subject_of_another_provider_is_another_person(ann, provider, client, settings):
    sign_in(client, provider)
    with Provider({"sub": "7", "email": "x@paper.example", "email_verified": True}) as second:
        settings.STOPPRESS_OIDC = {**settings.STOPPRESS_OIDC, "issuer": second.issuer}
        assert title(sign_in(Client(), second)) == "You have no account here"


def test_the_person_may_come_from_userinfo(ann, provider, client):
    provider.userinfo = {**provider.person}
    for claim in ("email", "email_verified"):
        del provider.person[claim]
    sign_in(client, provider)
    assert is_signed_in(client)


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "of another sign-in": ({"nonce": "x"}, "its ID token is of another sign-in"),
    "without a nonce": ({"nonce": None}, "its ID token is of another sign-in"),
    "for another client": ({"aud": "other"}, "its ID token is not valid: InvalidAudienceError"),
    "for several": ({"aud": ["newsroom", "other"]}, "its ID token is for other clients too"),
    "of another issuer": ({"iss": "https://x.example"}, "… InvalidIssuerError"),
    "too old": ({"exp": 1}, "… ExpiredSignatureError"),
}


@pytest.mark.parametrize("why", BAD)
def test_an_invalid_token_signs_in_no_user(ann, provider, client, why, caplog):
    provider.changed, said = BAD[why]
    with caplog.at_level(logging.WARNING, "stoppress.site"):
        answer = sign_in(client, provider)
    assert (answer.status_code, title(answer)) == (400, "Signing in did not work")
    assert not is_signed_in(client)
    said = said.replace("…", "its ID token is not valid:")
    assert caplog.messages == [f"single sign-on failed: {said}"]


def test_the_log_has_the_reason_of_a_providers_refusal(ann, provider, client, settings, caplog):
    settings.STOPPRESS_OIDC = {**settings.STOPPRESS_OIDC, "client_secret": "another"}
    led = parse_qs(urlsplit(client.get(BEGIN)["Location"]).query)
    query = {"error": "unauthorized_client", "state": led["state"][0]}
    with caplog.at_level(logging.WARNING, "stoppress.site"):
        assert client.get(BACK, query).status_code == 400
        assert client.get(BACK, query).status_code == 400  # it counts once
        assert sign_in(client, provider).status_code == 400
    assert caplog.messages == [
        "single sign-on failed: the provider answers unauthorized_client",
        "single sign-on failed: it gave no token: invalid_grant",
    ]


def test_a_token_signed_with_another_key_signs_in_no_user(ann, provider, client):
    provider.key = ec.generate_private_key(ec.SECP256R1())
    assert sign_in(client, provider).status_code == 400 and not is_signed_in(client)


def test_userinfo_of_another_person_signs_in_no_user(ann, provider, client):
    provider.userinfo = {**provider.person, "sub": "9"}
    del provider.person["email"]
    assert sign_in(client, provider).status_code == 400 and not is_signed_in(client)


def test_an_answer_counts_once_and_for_the_browser_that_began(ann, provider, client):
    back = provider.send_back(client.get(BEGIN)["Location"])
    assert title(Client().get(back)) == "Signing in did not work"
    assert client.get(back).status_code == 302
    client.post("/admin/logout/")
    assert client.get(back).status_code == 400 and not is_signed_in(client)


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?code=y"])
def test_an_unsolicited_answer_is_refused(ann, provider, client, query):
    assert client.get(f"/accounts/oidc/callback/{query}").status_code == 400


def test_a_cancelled_sign_in_shows_a_message(ann, provider, client):
    led = parse_qs(urlsplit(client.get(BEGIN)["Location"]).query)
    query = {"error": "access_denied", "state": led["state"][0]}
    assert title(client.get("/accounts/oidc/callback/", query)) == "You are not signed in"


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"issuer": "https://x.example"}, "it says that it is another issuer"),
        ({"token_endpoint": "http://x.example/"}, "one of its addresses is not safe"),
    ],
)
def test_a_provider_with_another_issuer_is_not_used(ann, provider, client, config, said, caplog):
    provider.config = config
    with caplog.at_level(logging.WARNING, "stoppress.site"):
        assert client.get(BEGIN).status_code == 502
    assert caplog.messages == [f"the provider of single sign-on cannot be asked: {said}"]


def test_a_provider_that_failed_is_asked_once_in_some_seconds(ann, provider, client):
    provider.config = {"issuer": "https://x.example"}
    assert [client.get(BEGIN).status_code for _ in range(3)] == [502] * 3
    assert provider.asked["/.well-known/openid-configuration"] == 1
    assert not Session.objects.exists()
    provider.config = {}
    ours._kept.clear()  # its seconds are over
    assert client.get(BEGIN).status_code == 302


def test_many_sign_ins_ask_it_together_once(ann, provider, rf):
    issuers = [ours.Issuer(rf.get(BEGIN), ours.SingleSignOn.id) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda each: each.openid_config["issuer"], issuers))
    assert found == [provider.issuer] * 5
    assert provider.asked["/.well-known/openid-configuration"] == 1


@pytest.mark.backend("sqlite", long="postgres")
def test_an_address_begins_a_bounded_number_of_sign_ins(ann, provider):
    statuses = [Client().get(BEGIN).status_code for _ in range(62)]
    assert statuses == [302] * 60 + [429] * 2
    assert Session.objects.count() == 60
    assert Client(REMOTE_ADDR="192.0.2.7").get(BEGIN).status_code == 302


def test_an_unreachable_provider_shows_a_message(ann, provider, client, caplog):
    provider.__exit__()
    with caplog.at_level(logging.WARNING, "stoppress.site"):
        answer = client.get(BEGIN)
    assert (answer.status_code, title(answer)) == (502, "Signing in does not work now")
    assert caplog.messages == ["the provider of single sign-on cannot be asked: ConnectionError"]


def test_another_sites_page_cannot_start_a_sign_in(ann, provider, client):
    answer = client.get(BEGIN, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer["Location"] == LOGIN and not Session.objects.exists()


def test_no_redirect_leads_to_another_site(ann, provider, client):
    assert sign_in(client, provider, "https://evil.example/")["Location"] == "/admin/"


def test_query_parameters_do_not_reach_the_provider(ann, provider, client):
    led = client.get(BEGIN, {"auth_params": "prompt=none", "scope": "all", "process": "connect"})
    asked = parse_qs(urlsplit(led["Location"]).query)
    assert "prompt" not in asked and "all" not in asked["scope"][0].split()


def test_the_providers_factor_counts(ann, provider, client, settings):
    settings.STOPPRESS_SECOND_FACTOR = "required"
    sign_in(client, provider)
    assert is_signed_in(client)
    give_password(second := Client())
    set_up(second)
    sign_in(third := Client(), provider)
    assert is_signed_in(third)


def test_a_session_that_has_only_begun_ends_soon(ann, provider, client):
    client.get(BEGIN)
    assert client.session.get_expiry_age() == 600
    assert NAME not in str(client.session.items())
