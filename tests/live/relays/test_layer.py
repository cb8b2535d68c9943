import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from django.db import transaction
from redis import Redis as Client

from stoppress import live
from stoppress.live.relays import layer as layer_relay
from stoppress.live.relays import layer_member
from stoppress.live.relays.layer import LayerRelay
from stoppress.live.relays.layer_member import EXIT_SECONDS, GROUP, LayerMember
from tests.live.conftest import put

from .bell import Bell, soon

# Longer than a busy machine takes for anything: whatever waits for Redis is seen to.
PATIENCE = 20
ANNOUNCE = """
import time
import django
django.setup()
from stoppress.live.relays import hints, layer_member
layer_member.EXIT_SECONDS, layer_member.PATIENCE_SECONDS = {exit_seconds}, {patience}
begun = time.monotonic()
hints.announce()
print(time.monotonic() - begun)
"""


def pubsub(url):
    return {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [url]},
        }
    }


def layer_threads():
    return [thread for thread in threading.enumerate() if isinstance(thread, LayerMember)]


@pytest.fixture
def layer(redis, settings):
    settings.CHANNEL_LAYERS = pubsub(redis.url)
    yield redis
    LayerRelay(Bell()).stop()  # the last one takes the thread along
    assert soon(lambda: not layer_threads())


@pytest.fixture
def other(layer):
    """The hints that another process receives."""
    bell = Bell()
    member = LayerMember("default")
    member.listen(bell)
    member.start()
    assert bell.heard()
    bell.hush()
    yield bell
    member.stop()


def announce_in_a_command(redis, tmp_path, exit_seconds=EXIT_SECONDS):
    """Run a command that ends right after its commit; it waits neither there nor at its end."""
    env = os.environ | {
        "DJANGO_SETTINGS_MODULE": "stoppress.site.settings",
        "REDIS_URL": redis.url,
        "STOPPRESS_DATA": str(tmp_path),
    }
    env.pop("DATABASE_URL", None)
    code = ANNOUNCE.format(exit_seconds=exit_seconds, patience=PATIENCE)
    with subprocess.Popen([sys.executable, "-c", code], env=env, stdout=-1, stderr=-1) as done:
        waited = float(done.stdout.readline())
        begun = time.monotonic()
        assert done.wait(40) == 0, done.stderr.read()
    assert waited < PATIENCE
    assert time.monotonic() - begun < PATIENCE


def test_without_a_layer_there_is_no_thread(settings):
    for layers in ({}, {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}):
        settings.CHANNEL_LAYERS = layers
        layer_relay.send_hint()
        assert not layer_relay.configured() and not layer_threads()


def test_the_setting_names_the_layer(settings):
    settings.CHANNEL_LAYERS = {"wire": {"BACKEND": "channels_redis.core.RedisChannelLayer"}}
    assert not layer_relay.configured()
    settings.STOPPRESS_LIVE = {"CHANNEL_LAYER": "wire"}
    assert layer_relay.configured()


def test_a_process_is_one_member_however_many_hubs_it_has(layer):
    bells = [Bell() for _ in range(5)]
    relays = [LayerRelay(bell) for bell in bells]
    assert bells[0].heard() and len(layer_threads()) == 1
    member = LayerMember("default")
    member.tell()
    member.start()
    assert all(bell.heard() for bell in bells)
    member.stop()
    with Client.from_url(layer.url) as client:
        [[_, members]] = client.pubsub_numsub(f"asgi__group__{GROUP}")
    assert members == 1
    for relay in relays[1:]:
        relay.stop()
        relay.stop()
    assert layer_threads()
    relays[0].stop()
    assert soon(lambda: not layer_threads())


@pytest.mark.usefixtures("transactional_db", "board")
def test_a_commit_wakes_the_other_processes_and_a_rollback_does_not(other):
    with pytest.raises(RuntimeError), live.atomic():
        put("a")
        raise RuntimeError
    with transaction.atomic():
        put("a")
        transaction.set_rollback(True)
    assert not other.heard(0.3)
    put("a")
    assert other.heard()


@pytest.mark.usefixtures("transactional_db", "board")
@pytest.mark.parametrize("how", ["absent", "silent"])
def test_publishing_neither_fails_nor_waits_while_redis_is_away(layer, other, how, monkeypatch):
    monkeypatch.setattr(layer_member, "PATIENCE_SECONDS", PATIENCE)
    put("a")
    assert other.heard()
    layer.go_away() if how == "absent" else layer.process.popen.send_signal(signal.SIGSTOP)
    try:
        begun = time.monotonic()
        for number in range(5):
            put(f"b{number}")
            time.sleep(0.05)  # through several of its attempts
        assert time.monotonic() - begun < PATIENCE
    finally:
        layer.come_back() if how == "absent" else layer.process.popen.send_signal(signal.SIGCONT)
    other.hush()

    def told():
        put("c")
        return other.heard(0.2)

    assert soon(told, 60)  # its member tries again at growing intervals


def test_a_command_that_ends_right_after_its_commit_sends_its_hint(layer, other, tmp_path):
    announce_in_a_command(layer, tmp_path, exit_seconds=15)  # a busy machine connects late
    assert other.heard()


@pytest.mark.parametrize("how", ["absent", "silent"])
def test_a_command_ends_promptly_without_redis(layer, tmp_path, how):
    layer.go_away() if how == "absent" else layer.process.popen.send_signal(signal.SIGSTOP)
    try:
        announce_in_a_command(layer, tmp_path)
    finally:
        layer.come_back() if how == "absent" else layer.process.popen.send_signal(signal.SIGCONT)


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # that is what is tested
def test_a_forked_child_sends_hints_from_its_own_thread(layer, other):
    layer_relay.send_hint()
    assert other.heard()
    child = os.fork()
    if child == 0:
        layer_relay.send_hint()
        told = layer_relay._member.flush(5)
        os._exit(0 if told else 1)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0 and other.heard()
