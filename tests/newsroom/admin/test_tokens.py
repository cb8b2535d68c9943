import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User

from stoppress.newsroom.models import ApiToken
from stoppress.newsroom.models.token import Scope
from tests.newsroom.staff import browser_of, user_as, user_with

pytestmark = pytest.mark.django_db
TOKENS = "/admin/newsroom/apitoken/"


def secret_in(answer):
    """Return the secret that a page shows."""
    assert answer.status_code == 200
    [secret] = re.findall(r"<code>(sp_[\w-]+)</code>", answer.content.decode())
    return secret


def columns(row):
    """Return the fields of a row of the list, as text."""
    found = re.findall(r'class="field-(\w+)[^"]*"[^>]*>(.*?)</t[dh]>', row, re.S)
    return {name: re.sub(r"<[^>]*>", "", text) for name, text in found}


def test_tokens_are_seen_without_their_hashes(editor):
    token, _ = ApiToken.issue("wire desk")
    for address in (TOKENS, f"{TOKENS}{token.pk}/change/"):
        page = editor.get(address).content.decode()
        assert "wire desk" in page
        assert token.digest not in page


def test_a_token_is_neither_changed_nor_deleted_here(editor):
    token, _ = ApiToken.issue("wire desk")
    address = f"{TOKENS}{token.pk}/"
    for form in (f"{address}change/", f"{address}delete/"):
        assert editor.post(form, {"name": "x", "scope": "read", "post": "yes"}).status_code == 403


def test_a_token_is_made_and_shown_once_in_an_answer_that_nothing_keeps(editor):
    answer = editor.post(f"{TOKENS}add/", {"name": "wire desk", "scope": "write", "days": "30"})
    secret = secret_in(answer)
    assert "no-store" in answer["Cache-Control"]
    token = ApiToken.holding(secret)
    assert token is not None and (token.name, token.scope) == ("wire desk", "write")
    assert token.lasts == timedelta(days=30)
    assert secret not in str(editor.session.items()) + str(editor.cookies)
    for address in (TOKENS, f"{TOKENS}{token.pk}/change/", f"{TOKENS}{token.pk}/history/"):
        assert secret not in editor.get(address).content.decode()


@pytest.mark.parametrize(
    "said",
    [
        {"name": "two\nlines", "scope": "read"},
        {"name": "wire desk", "scope": "read"},  # there is one
        {"name": "new", "scope": "all"},
        {"name": "new", "scope": "read", "days": "0"},
        {"name": "new", "scope": "read", "days": "99999999"},
    ],
)
def test_an_invalid_token_is_refused_by_the_form(editor, said):
    ApiToken.issue("wire desk")
    page = editor.post(f"{TOKENS}add/", said)
    assert page.status_code == 200 and "errorlist" in page.content.decode()
    assert ApiToken.objects.count() == 1


def test_a_token_is_renewed_with_other_terms_and_the_old_secret_is_worthless(editor):
    token, old = ApiToken.issue("wire desk", Scope.WRITE, timedelta(days=7))
    address = f"{TOKENS}{token.pk}/renew/"
    assert address in editor.get(f"{TOKENS}{token.pk}/change/").content.decode()
    form = editor.get(address).content.decode()
    assert '<option value="write" selected>' in form and 'value="7"' in form
    assert ApiToken.holding(old) == token
    new = secret_in(editor.post(address, {"scope": "read", "days": ""}))
    assert ApiToken.holding(old) is None
    token = ApiToken.holding(new)
    assert token is not None and (token.scope, token.expires) == ("read", None)


def test_the_list_says_scope_end_last_use_and_state(editor):
    _, used = ApiToken.issue("in use", Scope.READ)
    ApiToken.holding(used)
    ApiToken.issue("over", lasts=timedelta(days=-1))
    ApiToken.issue("gone")[0].revoke()
    page = editor.get(TOKENS).content.decode()
    rows = {
        row["name"]: row for row in map(columns, re.findall(r"<tr>.*?</tr>", page, re.S)) if row
    }
    assert [rows[name]["state"] for name in ("in use", "over", "gone")] == [
        "Works",
        "Has expired",
        "Was revoked",
    ]
    assert rows["in use"]["scope"] == "Read, drafts included"
    assert rows["in use"]["last_used"] != "-" == rows["over"]["last_used"]
    assert rows["over"]["expires"] != "-" == rows["in use"]["expires"]


def test_a_token_is_revoked(editor):
    token, secret = ApiToken.issue("wire desk")
    revoke = {"_selected_action": [str(token.pk)], "action": "revoke_selected"}
    page = editor.post(TOKENS, revoke, follow=True).content.decode()
    assert "is revoked" in page
    assert ApiToken.holding(secret) is None


def test_a_user_who_may_only_view_tokens_makes_renews_and_revokes_none(client):
    token, secret = ApiToken.issue("wire desk")
    reader = User.objects.create_user("ben", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_apitoken"))
    client.force_login(reader)
    client.post(TOKENS, {"_selected_action": [str(token.pk)], "action": "revoke_selected"})
    assert ApiToken.holding(secret) == token
    assert ApiToken.objects.get().revoked is None
    for form in (f"{TOKENS}add/", f"{TOKENS}{token.pk}/renew/"):
        assert client.post(form, {"name": "x", "scope": "read"}).status_code == 403
    assert "renew/" not in client.get(f"{TOKENS}{token.pk}/change/").content.decode()
    assert ApiToken.holding(secret) == token


def test_a_user_makes_and_renews_tokens_up_to_his_own_rights():
    user = user_as("Editor")
    maker = user_with("add_apitoken", "change_apitoken", "view_apitoken")
    maker.groups.set(user.groups.all())
    browser = browser_of(maker)
    page = browser.get(f"{TOKENS}add/").content.decode()
    assert 'value="write"' in page and 'value="publish"' not in page
    said = {"name": "wire desk", "scope": "publish", "days": ""}
    assert "errorlist" in browser.post(f"{TOKENS}add/", said).content.decode()
    secret_in(browser.post(f"{TOKENS}add/", said | {"scope": "write"}))
    strong, secret = ApiToken.issue("strong")
    address = f"{TOKENS}{strong.pk}/renew/"
    assert "errorlist" in browser.post(address, {"scope": "publish"}).content.decode()
    assert ApiToken.holding(secret) == strong


def test_a_user_without_any_scope_makes_no_token():
    browser = browser_of(user_with("add_apitoken", "view_apitoken"))
    assert browser.get(f"{TOKENS}add/").status_code == 403
    assert browser.post(f"{TOKENS}add/", {"name": "x", "scope": "read"}).status_code == 403
    assert not ApiToken.objects.exists()
