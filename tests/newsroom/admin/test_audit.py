"""The audit in the admin: for chiefs, and to look at only."""

import pytest
from django.contrib.auth.models import User

from stoppress.newsroom.auditing import Actor, Thing, record
from stoppress.newsroom.models import AuditEntry
from tests.newsroom.staff import browser_of, user_as

pytestmark = pytest.mark.django_db
AUDIT = "/admin/newsroom/auditentry/"
Act, Kind = AuditEntry.Act, AuditEntry.ActorKind


def listed(browser, query=""):
    """Return the rows of the list, as text."""
    answer = browser.get(f"{AUDIT}{query}")
    assert answer.status_code == 200
    return [str(entry) for entry in answer.context["cl"].result_list]


def test_a_chief_finds_entries_by_act_by_kind_and_by_name():
    chief = browser_of(user_as("Chief"))
    record(Act.SIGNED_IN, Thing("user", "7", "ann"), actor=Actor(Kind.USER, "ann", "192.0.2.1"))
    record(Act.TOKEN_USED, Thing("token", "1", "wire"), actor=Actor(Kind.TOKEN, "wire"))
    assert listed(chief, "?act=token_used") == ["Token used, wire"]
    assert listed(chief, "?q=ann") == ["Signed in, ann"]
    assert listed(chief, "?actor_kind__exact=token") == ["Token used, wire"]
    page = chief.get(f"{AUDIT}?q=wire").content.decode()
    assert "token wire" in page and "Token used" in page
    entry = AuditEntry.objects.get(act="token_used")
    page = chief.get(f"{AUDIT}{entry.pk}/change/").content.decode()
    assert "token wire" in page and f"{entry.time:%Y-%m-%d %H:%M:%S}" in page


def test_a_user_named_command_differs_from_the_command_line():
    chief = browser_of(user_as("Chief"))
    record(Act.SIGNED_IN, actor=Actor(Kind.USER, "command"))
    record(Act.GROUP_MADE, actor=Actor(Kind.COMMAND, "command"))
    for act, kind in ((Act.SIGNED_IN, "User"), (Act.GROUP_MADE, "Command")):
        entry = AuditEntry.objects.get(act=act, actor="command")
        row = chief.get(f"{AUDIT}?act={act}&q=command").content.decode()
        assert f'<td class="field-actor_kind">{kind}</td>' in row
        page = chief.get(f"{AUDIT}{entry.pk}/change/").content.decode()
        assert f'<div class="readonly">{kind}</div>' in page


def test_a_long_detail_is_whole_on_the_page_of_its_entry():
    chief = browser_of(user_as("Chief"))
    record(Act.RIGHTS_GIVEN, detail="newsroom.add_section, " * 20 + "newsroom.pin_article")
    entry = AuditEntry.objects.get(detail__endswith="pin_article")
    assert "newsroom.pin_article" not in chief.get(f"{AUDIT}?q=&id={entry.pk}").content.decode()
    page = chief.get(f"{AUDIT}{entry.pk}/change/").content.decode()
    assert "newsroom.pin_article" in page


def test_entries_cannot_be_added_changed_or_deleted():
    for browser in (
        browser_of(user_as("Chief")),
        browser_of(User.objects.create_superuser("vera")),
    ):
        entry = AuditEntry.objects.first()
        assert browser.get(f"{AUDIT}add/").status_code == 403
        for address in (f"{AUDIT}{entry.pk}/change/", f"{AUDIT}{entry.pk}/delete/"):
            assert browser.post(address, {"actor": "x", "post": "yes"}).status_code == 403
        form = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
        browser.post(AUDIT, form)
        entry.refresh_from_db()
        assert entry.actor != "x"


@pytest.mark.parametrize("role", ["Reporter", "Editor"])
def test_reporters_and_editors_do_not_see_it(role):
    browser = browser_of(user_as(role))
    assert browser.get(AUDIT).status_code == 403
    assert AUDIT not in browser.get("/admin/").content.decode()


def test_its_list_of_many_entries_takes_few_queries(django_assert_max_num_queries):
    chief = browser_of(User.objects.create_superuser("vera"))
    for n in range(120):
        record(Act.SIGNED_IN, actor=Actor(Kind.USER, f"user {n}"))
    # Up to seven of them look for work that waits, as no background worker runs here.
    with django_assert_max_num_queries(13):
        assert len(listed(chief)) == 100
