"""Users of the newsroom, with single rights or a whole role."""

from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.test import Client

from stoppress.newsroom.models import Article, Contributor
from stoppress.newsroom.roles import make_roles


def user_with(*rights: str, name: str = "ben") -> User:
    """Return a user of the admin who holds these rights: `publish_article`, `add_section`."""
    user = User.objects.create_user(name, is_staff=True)
    for right in rights:
        user.user_permissions.add(Permission.objects.get(codename=right))
    return user


def user_as(role: str, name: str = "") -> User:
    """Return a user of the admin in a role's group."""
    make_roles(apps.get_app_config("newsroom"), "default")  # a test before may have emptied them
    user = User.objects.create_user(name or role.lower(), is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def own(article: Article, user: User) -> Article:
    """Make a user a contributor of an article."""
    Contributor.objects.create(article=article, user=user)
    return article
