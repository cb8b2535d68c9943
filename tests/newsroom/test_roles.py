"""The groups and their rights, made once after a migration."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.db import connection

from stoppress.newsroom.models import Role
from stoppress.newsroom.rights import Verb
from stoppress.newsroom.roles import DESK, make_roles, roles

ROLES = ["Chief", "Editor", "Reporter"]


def migrated(using="default"):
    make_roles(apps.get_app_config("newsroom"), using)


def before():
    """Go back to a database of the release before there were roles."""
    Role.objects.all().delete()
    Group.objects.filter(name__in=ROLES).delete()
    new = [f"{verb}_article" for verb in (*DESK, Verb.WITHDRAW_VERSION)]
    Permission.objects.filter(codename__in=new).delete()


def rights_of(holder):
    rows = holder.permissions if isinstance(holder, Group) else holder.user_permissions
    return {f"{each.content_type.app_label}.{each.codename}" for each in rows.all()}


def permission(codename):
    return Permission.objects.get(codename=codename)


@pytest.fixture
def made(db):
    before()
    migrated()


def test_the_groups_have_their_rights(made):
    assert list(Group.objects.order_by("name").values_list("name", flat=True)) == ROLES
    for name, rights in roles().items():
        assert rights_of(Group.objects.get(name=name)) == set(rights)
    chief = rights_of(Group.objects.get(name="Chief"))
    assert {"ingest.change_source", "auth.add_user", "auth.delete_group"} <= chief


def test_the_permissions_match_the_verbs(db):
    held = Permission.objects.filter(
        content_type__app_label="newsroom", codename__endswith="_article"
    )
    assert {f"newsroom.{each.codename}" for each in held} == {verb.permission for verb in Verb}


def test_a_right_that_an_admin_removed_is_not_given_again(made):
    Group.objects.get(name="Reporter").delete()
    editors = Group.objects.get(name="Editor")
    editors.permissions.remove(permission("retract_article"))
    editors.name = "Redaktion"
    editors.save()
    call_command("migrate", verbosity=0)
    assert set(Group.objects.values_list("name", flat=True)) == {"Chief", "Redaktion"}
    assert "newsroom.retract_article" not in rights_of(editors)


def test_a_right_that_a_later_release_adds_is_given_once(made):
    editor = Role.objects.get(name="Editor")
    editor.given.remove("newsroom.pin_article")
    editor.save()
    editor.group.permissions.remove(permission("pin_article"), permission("retract_article"))
    migrated()
    assert set(roles()["Editor"]) - rights_of(editor.group) == {"newsroom.retract_article"}
    editor.group.permissions.remove(permission("pin_article"))
    migrated()
    assert "newsroom.pin_article" not in rights_of(editor.group)


def test_an_existing_group_with_the_same_name_is_unchanged(db):
    before()
    theirs = Group.objects.create(name="Editor")
    migrated()
    migrated()
    assert rights_of(theirs) == set()
    assert Group.objects.count() == 3


def test_users_who_could_change_articles_may_publish_and_those_who_could_add_may_write(db):
    before()
    desk, chiefs = Group.objects.create(name="Desk"), Group.objects.create(name="Heads")
    desk.permissions.add(permission("change_article"))
    chiefs.permissions.add(permission("change_article"), permission("add_apitoken"))
    ann, ben = User.objects.create_user("ann"), User.objects.create_user("ben")
    ann.user_permissions.add(permission("change_article"))
    ben.user_permissions.add(permission("add_article"))
    migrated()
    published = {"newsroom.change_article", *(verb.permission for verb in DESK)}
    assert rights_of(desk) == rights_of(ann) == published
    assert rights_of(chiefs) == published | {
        "newsroom.add_apitoken",
        Verb.WITHDRAW_VERSION.permission,
    }
    assert rights_of(ben) == {"newsroom.add_article"}
    ann.user_permissions.remove(permission("publish_article"))
    migrated()
    assert rights_of(ann) == published - {"newsroom.publish_article"}


def test_migrating_back_and_forward_gives_no_right_twice(made):
    editors = Group.objects.get(name="Editor")
    editors.permissions.remove(permission("retract_article"))
    drafter = User.objects.create_user("drafter")
    drafter.user_permissions.add(permission("change_article"))
    Role.objects.all().delete()  # as its table does
    migrated()
    assert rights_of(drafter) == {"newsroom.change_article"}
    assert "newsroom.retract_article" not in rights_of(editors)
    assert {role.name: role.group.name for role in Role.objects.all()} == {r: r for r in ROLES}
    assert all(set(role.given) == set(roles()[role.name]) for role in Role.objects.all())


def test_another_database_gets_nothing(db):
    before()
    migrated(using="elsewhere")  # no such alias: it is not even looked at
    assert not Group.objects.exists()


def test_a_database_without_the_table_gets_nothing(db):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE newsroom_role RENAME TO newsroom_later")
    groups = Group.objects.count()
    migrated()
    assert Group.objects.count() == groups


@pytest.mark.django_db(transaction=True)
def test_two_migrations_at_the_same_moment_make_the_groups_once():
    start = Barrier(2)

    def migrate():
        try:
            start.wait()
            migrated()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(migrate) for _ in range(2)]:
            each.result()
    assert list(Group.objects.order_by("name").values_list("name", flat=True)) == ROLES
    for name, rights in roles().items():
        assert rights_of(Group.objects.get(name=name)) == set(rights)
