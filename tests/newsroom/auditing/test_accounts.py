"""Changes of users, groups and their rights are in the audit, whichever way they come in."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from stoppress.newsroom.models import AuditEntry, Contributor
from tests.newsroom.admin.editor import filled
from tests.newsroom.desk import draft
from tests.newsroom.staff import browser_of, own

from .entries import new_entries, told

PASSWORD = "correct horse battery"
USERS, GROUPS = "/admin/auth/user/", "/admin/auth/group/"


@pytest.fixture
def chief(db) -> Client:
    """The browser of a superuser, at a known address."""
    browser = browser_of(User.objects.create_superuser("vera"))
    browser.defaults["REMOTE_ADDR"] = "192.0.2.1"
    return browser


def right(codename: str) -> Permission:
    return Permission.objects.get(codename=codename)


def save(browser: Client, address: str, **fields: object) -> None:
    """Send the form of a page with these fields; None leaves a field out, as an empty box does."""
    form = filled(browser.get(address).content.decode()) | fields
    sent = {name: value for name, value in form.items() if value is not None}
    answer = browser.post(address, sent | {"_save": "x"})
    assert answer.status_code == 302, answer.content.decode()


def test_a_chiefs_changes_of_users_are_recorded_with_name_and_address(chief):
    desk = Group.objects.create(name="Desk")
    with new_entries() as made:
        passwords = {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
        save(chief, f"{USERS}add/", username="mara", **passwords)
        mara = User.objects.get(username="mara")
        page, given = f"{USERS}{mara.pk}/change/", {"groups": [desk.pk], "is_staff": "on"}
        rights = [right("publish_article").pk, right("pin_article").pk]
        save(chief, page, user_permissions=rights, **given)
        save(chief, page, user_permissions=rights[:1], **given)
        save(chief, page, email="other@paper.example", user_permissions=rights[:1], **given)
        save(chief, page, username="mara.v", is_active=None, **given | {"groups": []})
        save(chief, f"{USERS}{mara.pk}/password/", **passwords, **{"set-password": "x"})
        save(chief, f"{USERS}{mara.pk}/delete/", post="yes")
    both = "newsroom.pin_article, newsroom.publish_article"
    assert made == [
        "vera: user_made mara",
        "vera: staff_given mara",
        "vera: groups_given mara (Desk)",
        f"vera: rights_given mara ({both})",
        "vera: rights_taken mara (newsroom.pin_article)",
        "vera: email_changed mara",
        "vera: user_renamed mara.v (before: mara)",
        "vera: deactivated mara.v",
        "vera: groups_taken mara.v (Desk)",
        "vera: password_changed mara.v",
        "vera: user_deleted mara.v",
    ]
    entries = AuditEntry.objects.filter(actor="vera").exclude(act="signed_in")
    assert set(entries.values_list("actor_kind", "address")) == {("user", "192.0.2.1")}
    assert set(entries.values_list("object_kind", "object_id")) == {("user", str(mara.pk))}
    rows = str(list(AuditEntry.objects.values()))
    assert PASSWORD not in rows and "other@paper" not in rows


def test_a_chiefs_changes_of_groups_are_recorded(chief):
    with new_entries() as made:
        save(chief, f"{GROUPS}add/", name="Night", permissions=[right("add_section").pk])
        group = Group.objects.get(name="Night")
        save(chief, f"{GROUPS}{group.pk}/change/", name="Late", permissions=[])
        save(chief, f"{GROUPS}{group.pk}/delete/", post="yes")
    assert made == [
        "vera: group_made Night",
        "vera: rights_given Night (newsroom.add_section)",
        "vera: group_renamed Late (before: Night)",
        "vera: rights_taken Late (newsroom.add_section)",
        "vera: group_deleted Late",
    ]


def test_a_users_new_password_is_recorded_and_a_rehash_is_not(db, client, settings):
    user = User.objects.create_superuser("vera", password=PASSWORD)
    client.force_login(user)
    new = "another horse battery"
    with new_entries() as made:
        form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert client.post("/admin/password_change/", form).status_code == 302
    assert made == ["vera: password_changed vera"]
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    before = User.objects.get().password
    with new_entries() as made:
        assert User.objects.get().check_password(new)
    assert User.objects.get().password != before
    assert made == []
    with new_entries() as made:
        user = User.objects.get()
        user.set_unusable_password()
        user.save(update_fields=["password"])
    assert made == ["command: password_changed vera"]


def test_changes_by_commands_are_recorded_as_command(db, monkeypatch):
    with new_entries() as made:
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
        call_command(
            *("createsuperuser", "--noinput", "--username=vera", "--email=v@paper.example"),
            stdout=StringIO(),
        )
        user = User.objects.get()
        user.set_password("another horse battery")  # what `changepassword` does
        user.save()
    assert made == [
        "command: user_made vera",
        "command: staff_given vera",
        "command: superuser_given vera",
        "command: password_changed vera",
    ]
    entry = AuditEntry.objects.first()
    assert (entry.actor_kind, entry.actor, entry.address) == ("command", "command", "")


def test_both_sides_of_a_link_and_a_whole_group_are_recorded_for_each_user(db):
    desk = Group.objects.create(name="Desk")
    ann, ben = User.objects.create_user("ann"), User.objects.create_user("ben")
    with new_entries() as made:
        desk.user_set.add(ann, ben)
        desk.user_set.add(ann)  # is there already
        ann.groups.clear()
        desk.user_set.clear()
        right("add_section").group_set.add(desk)
        desk.permissions.clear()
    assert made == [
        "command: groups_given ann (Desk)",
        "command: groups_given ben (Desk)",
        "command: groups_taken ann (Desk)",
        "command: groups_taken ben (Desk)",
        "command: rights_given Desk (newsroom.add_section)",
        "command: rights_taken Desk (newsroom.add_section)",
    ]


def test_contributors_are_recorded_without_the_headline_and_creators_are_not(chief):
    article = draft("Bridge opens")
    ben = User.objects.create_user("ben")
    with new_entries() as made:
        own(article, ben)
        Contributor.objects.get().delete()
        address = "/admin/newsroom/article/add/"
        save(chief, address, headline="Bridge shut")
        page = f"/admin/newsroom/article/{article.pk}/change/"
        vera = User.objects.get(username="vera").pk
        save(chief, page, **{"contributors-TOTAL_FORMS": "1", "contributors-0-user": vera})
    assert made == [
        f"command: contributor_added ben (article {article.pk})",
        f"command: contributor_removed ben (article {article.pk})",
        f"vera: contributor_added vera (article {article.pk})",
    ]
    assert "Bridge" not in str(list(AuditEntry.objects.values()))


def test_a_rolled_back_change_leaves_no_entry(db):
    with new_entries() as made, pytest.raises(RuntimeError), transaction.atomic():
        User.objects.create_superuser("vera")
        Group.objects.create(name="Desk")
        raise RuntimeError
    assert made == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_cannot_be_recorded_is_not_made():
    user = User.objects.create_user("ann")
    with connection.cursor() as database:
        database.execute("ALTER TABLE newsroom_auditentry RENAME TO gone")
    try:
        user.is_superuser = True
        for change in (user.save, user.delete, lambda: User.objects.create_user("ben")):
            with pytest.raises(DatabaseError):
                change()
        assert list(User.objects.values_list("username", "is_superuser")) == [("ann", False)]
    finally:
        with connection.cursor() as database:
            database.execute("ALTER TABLE gone RENAME TO newsroom_auditentry")


@pytest.mark.django_db(transaction=True)
def test_two_simultaneous_changes_each_record_their_own_change():
    User.objects.create_user("ann")
    seen, start = [User.objects.get(), User.objects.get()], Barrier(2)

    def give(user: User) -> None:
        try:
            user.is_superuser = True
            start.wait()
            user.save()
        finally:
            connection.close()

    with new_entries() as made, ThreadPoolExecutor(2) as pool:
        list(pool.map(give, seen))
    assert told().count("command: superuser_given ann") == 1
    assert len(made) == 1
