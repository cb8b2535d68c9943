"""Second factors and links with the provider are in the audit, without their secrets."""

from allauth.socialaccount.models import SocialAccount
from django.core.management import call_command

from stoppress.newsroom.auditing.bounded import written
from stoppress.newsroom.models import AuditEntry
from tests.newsroom.auditing.entries import new_entries

from .app import CODE, give_password, recovery_codes, set_up, wrong_code


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
        SocialAccount.objects.create(user=ann, provider="oidc", uid="subject-8")
        call_command("reset_second_factor", "ann")
    made[-3:] = sorted(made[-3:])
    assert made == [
        "ann: signed_in ann",
        "ann: factor_set_up ann (totp)",
        "ann: factor_set_up ann (recovery_codes)",
        "ann: signed_out ann",
        "nobody: sign_in_failed ann",
        "ann: signed_in ann",
        "command: linked ann (oidc)",
        "command: factor_removed ann (recovery_codes)",
        "command: factor_removed ann (totp)",
        "command: unlinked ann (oidc)",
    ]
    rows = str(list(AuditEntry.objects.values()))
    assert not [text for text in (key, wrong, codes[0], "subject-8") if text in rows]
