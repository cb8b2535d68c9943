"""Second factors and links with the provider are in the audit, without their secrets."""

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from stoppress.newsroom.auditing.bounded import written
from stoppress.newsroom.models import AuditEntry
from stoppress.site.accounts import audited
from stoppress.site.accounts.provider import provider_id
from tests.newsroom.auditing.entries import new_entries

from .app import CODE, CODES, give_password, recovery_codes, set_up, wrong_code
from .switched_on import OIDC
from .test_single_sign_on import sign_in


def test_a_second_factor_its_wrong_codes_and_its_end_are_recorded(ann, client):
    written.forget()
    with new_entries() as made:
        give_password(client)
        key = set_up(client)
        codes = recovery_codes(client)
        client.logout()
        give_password(client)
        wrong = wrong_code(key)
        client.post(CODE, {"code": wrong})
        assert client.post(CODE, {"code": codes[0]})["Location"] == "/admin/"
        SocialAccount.objects.create(user=ann, provider=provider_id(OIDC["issuer"]), uid="8")
        call_command("reset_second_factor", "ann")
    made[-2:] = sorted(made[-2:])
    assert made == [
        "ann: signed_in ann (password)",
        "ann: factor_set_up ann (totp)",
        "ann: recovery_codes_made ann",
        "ann: signed_out ann",
        "nobody: code_failed ann",
        "ann: signed_in ann (password, recovery code)",
        f"command: linked ann (8 of {OIDC['issuer']})",
        "command: factor_removed ann (totp)",
        f"command: unlinked ann (8 of {OIDC['issuer']})",
    ]
    rows = str(list(AuditEntry.objects.values()))
    assert not [text for text in (key, wrong, codes[0]) if text in rows]


def test_new_recovery_codes_are_a_separate_act_and_bounded(ann, client, monkeypatch):
    written.forget()
    give_password(client)
    set_up(client)
    monkeypatch.setattr(audited, "OWN", 3)  # 60 requests would make the test slow
    with new_entries() as made:
        for _ in range(5):
            assert client.post(f"{CODES}renew/").status_code == 302
    assert made == [
        *["ann: recovery_codes_made ann"] * 2,
        "ann: left_out (Recovery codes created)",
    ]


def test_refused_single_sign_ons_are_recorded_with_the_reason_once_an_hour(ann, provider, client):
    written.forget()
    SocialAccount.objects.create(user=ann, provider=provider_id(provider.issuer), uid="7")
    with new_entries() as made:
        for _ in range(2):
            provider.person["sub"] = "8"
            sign_in(Client(), provider)
        User.objects.update(is_active=False)
        provider.person["sub"] = "7"
        sign_in(Client(), provider)
        provider.person.update(sub="9", email="stranger@paper.example")
        sign_in(Client(), provider)
        provider.changed = {"aud": "other"}
        sign_in(Client(), provider)
        client.get("/accounts/oidc/callback/?state=x&code=y")  # was not begun here
    assert made == [
        "nobody: sso_refused ann (the account is linked with another person)",
        "nobody: sso_refused ann (the account is not active)",
        "nobody: sso_refused (no account has the address)",
        "nobody: sso_refused (the provider's answer could not be checked)",
    ]
    assert "stranger" not in str(list(AuditEntry.objects.values()))


def test_a_link_is_recorded_for_the_user_of_the_provider_and_not_the_signed_in_one(
    ann, provider, client
):
    User.objects.create_user("bob", "bob@paper.example", is_staff=True)
    give_password(client)
    provider.person["email"] = "bob@paper.example"
    with new_entries() as made:
        sign_in(client, provider)
    assert made == [
        f"bob: linked bob (7 of {provider.issuer})",
        "ann: signed_out ann",
        "bob: signed_in bob (single sign-on)",
    ]
