import pytest
from django.contrib.auth.models import Permission, User

from stoppress.newsroom.models import ApiToken

pytestmark = pytest.mark.django_db
TOKENS = "/admin/newsroom/apitoken/"


def test_tokens_are_seen_without_their_hashes(editor):
    token, _ = ApiToken.issue("wire desk")
    for address in (TOKENS, f"{TOKENS}{token.pk}/change/"):
        page = editor.get(address).content.decode()
        assert "wire desk" in page
        assert token.digest not in page


def test_a_token_is_neither_made_nor_changed_nor_deleted_here(editor):
    token, _ = ApiToken.issue("wire desk")
    address = f"{TOKENS}{token.pk}/"
    for form in (f"{TOKENS}add/", f"{address}change/", f"{address}delete/"):
        assert editor.post(form, {"name": "x", "post": "yes"}).status_code == 403


def test_a_token_is_revoked(editor):
    token, secret = ApiToken.issue("wire desk")
    revoke = {"_selected_action": [str(token.pk)], "action": "revoke_selected"}
    page = editor.post(TOKENS, revoke, follow=True).content.decode()
    assert "is revoked" in page
    assert ApiToken.holding(secret) is None


def test_who_may_only_look_revokes_nothing(client):
    token, secret = ApiToken.issue("wire desk")
    reader = User.objects.create_user("ben", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_apitoken"))
    client.force_login(reader)
    client.post(TOKENS, {"_selected_action": [str(token.pk)], "action": "revoke_selected"})
    assert ApiToken.holding(secret) == token
