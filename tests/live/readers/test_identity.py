import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client

from stoppress.live.readers.identity import ConnectionUser, mark_of


@pytest.fixture
def user(db):
    return User.objects.create_user("one")


@pytest.fixture
def key(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def with_cookies(*lines, **more):
    return {"headers": [(b"cookie", line.encode()) for line in lines], **more}


def test_the_session_of_the_cookie_identifies_the_user(user, key):
    reader = ConnectionUser(with_cookies("a=b", f"sessionid={key}; c=d"))
    assert reader.now() == user
    assert reader.mark == mark_of(key) and key not in reader.mark


@pytest.mark.parametrize("line", ["", "sessionid=", "other=x", 'sessionid="abcdefgh\\000"'])
def test_a_reader_without_session_is_anonymous(line):
    reader = ConnectionUser(with_cookies(line))
    assert reader.unknown and reader.now() is None and reader.mark is None


def test_a_session_of_the_cookies_is_marked_before_it_is_read():
    reader = ConnectionUser(with_cookies("sessionid=abcdefgh"))
    assert not reader.unknown and reader.mark == mark_of("abcdefgh")


def test_a_user_named_by_the_sites_middleware_has_no_session_mark():
    reader = ConnectionUser(with_cookies("sessionid=abcdefgh", user=AnonymousUser()))
    assert not reader.unknown and reader.mark is None
    assert not ConnectionUser(with_cookies(user=AnonymousUser())).unknown


@pytest.mark.parametrize("made_up", ["x", "a" * 32, "é" * 32])
def test_an_invalid_session_is_anonymous(db, made_up):
    assert not ConnectionUser(with_cookies(f"sessionid={made_up}")).now().is_authenticated
    assert not Session.objects.exists()


def test_a_session_signed_with_a_retired_key_is_valid_and_unchanged(user, key, settings):
    before = Session.objects.get().session_data
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another" * 8
    settings.SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
    reader = ConnectionUser(with_cookies(f"sessionid={key}"))
    assert reader.now() == user == reader.now()
    row = Session.objects.get()
    assert (row.session_key, row.session_data) == (key, before)


def test_after_a_password_change_the_reader_is_anonymous_and_the_session_is_kept(user, key):
    user.set_password("another")
    user.save()
    assert not ConnectionUser(with_cookies(f"sessionid={key}")).now().is_authenticated
    assert Session.objects.get().session_key == key


def test_signed_cookies_are_sessions_too(user, settings):
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
    client = Client()
    client.force_login(user)
    cookie = f"sessionid={client.cookies['sessionid'].value}"
    assert ConnectionUser(with_cookies(cookie)).now() == user
    assert not ConnectionUser(with_cookies(f"{cookie}x")).now().is_authenticated


@pytest.mark.parametrize("given", [User(pk=77, username="by token"), AnonymousUser()])
def test_a_user_named_by_the_sites_middleware_is_the_reader(key, given):
    reader = ConnectionUser(with_cookies(f"sessionid={key}", user=given))
    assert reader.now() is given and reader.mark is None
    reader = ConnectionUser(with_cookies(user=given, session=SessionStore(key)))
    assert reader.now() is given and reader.mark is None


def test_a_user_named_from_the_session_is_checked_with_the_session_again(user, key):
    session = SessionStore(key)
    session.load()
    reader = ConnectionUser(with_cookies(user=user, session=session))
    assert reader.now() == user and reader.mark == mark_of(key)
    loaded = session.items()
    assert loaded
    Session.objects.all().delete()
    assert not reader.now().is_authenticated
