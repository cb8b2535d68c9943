import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async
from django.contrib.auth import aauthenticate, hashers
from django.contrib.auth.hashers import PBKDF2PasswordHasher, check_password, make_password
from django.contrib.auth.models import User
from django.core.exceptions import SynchronousOnlyOperation

from stoppress.site.signing_in.hashing import PasswordHasher

from .editor import NAME, RIGHT


@pytest.fixture(autouse=True)
def the_sites_hasher(settings) -> None:
    settings.PASSWORD_HASHERS = ["stoppress.site.signing_in.hashing.PasswordHasher"]


@pytest.fixture
def threads(monkeypatch) -> list[str]:
    """Threads in which Django's own hasher is called."""
    seen: list[str] = []
    encode = PBKDF2PasswordHasher.encode

    def seeing(self, *words):
        seen.append(threading.current_thread().name)
        return encode(self, *words)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", seeing)  # calls the real one
    monkeypatch.setattr(PasswordHasher, "iterations", 1000)  # so that it takes no time
    return seen


def all_on_its_own(threads: list[str]) -> bool:
    return bool(threads) and set(threads) == {"stoppress-hashing_0"}


def test_the_hashes_equal_djangos():
    told = PasswordHasher().encode("secret", "salt" * 6, 1000)
    assert told == PBKDF2PasswordHasher().encode("secret", "salt" * 6, 1000)
    assert PasswordHasher().verify("secret", told)


def test_every_hash_is_made_in_the_hashing_thread(threads):
    assert check_password("secret", make_password("secret"))
    assert all_on_its_own(threads)


async def test_no_hash_is_made_on_the_event_loop(threads):
    with pytest.raises(SynchronousOnlyOperation, match="sync_to_async"):
        make_password("secret")
    assert threads == []


async def test_an_asynchronous_check_hashes_off_the_event_loop(threads):
    encoded = await sync_to_async(make_password)("secret")
    assert await hashers.acheck_password("secret", encoded)
    assert not await hashers.acheck_password("wrong", encoded)
    assert await User(password=encoded).acheck_password("secret")
    assert all_on_its_own(threads)


async def test_an_old_hash_is_renewed_by_an_asynchronous_check(threads, monkeypatch):
    encoded = await sync_to_async(make_password)("secret")
    monkeypatch.setattr(PasswordHasher, "iterations", 2000)  # as if Django had raised it
    renewed: list[str] = []

    async def setter(password: str) -> None:
        renewed.append(password)

    assert await hashers.acheck_password("secret", encoded, setter)
    assert renewed == ["secret"]


@pytest.mark.parametrize("name", [NAME, "nobody"])
async def test_signing_in_asynchronously_hashes_off_the_event_loop(
    transactional_db, rf, threads, name
):
    await sync_to_async(User.objects.create_user)(NAME, password=RIGHT)
    threads.clear()
    found = await aauthenticate(rf.post("/"), username=name, password=RIGHT)
    assert (found is not None) == (name == NAME)
    assert all_on_its_own(threads)


async def test_many_checks_run_one_at_a_time(threads, monkeypatch):
    encoded = await sync_to_async(make_password)("secret")
    threads.clear()
    await asyncio.gather(*(hashers.acheck_password("wrong", encoded) for _ in range(5)))
    assert len(threads) == 5 and all_on_its_own(threads)
