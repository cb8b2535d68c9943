import signal
import time

import pytest
from redis import Redis as Client

from stoppress.live import metrics
from stoppress.live.relays import layer_member
from stoppress.live.relays.layer_member import GROUP, LayerMember

from .bell import Bell, soon

PUBSUB = "channels_redis.pubsub.RedisPubSubChannelLayer"
CORE = "channels_redis.core.RedisChannelLayer"


class Group:
    """Members that stand for processes, at a layer on a real Redis."""

    def __init__(self, server):
        self.server = server
        self.members = []
        self.reconnects = metrics.RELAY_RECONNECTS.labels("layer")._value.get

    def member(self, *bells):
        member = LayerMember("default")
        member.wakes += bells
        member.start()
        self.members.append(member)
        return member

    def pause(self):
        self.server.process.popen.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.server.process.popen.send_signal(signal.SIGCONT)

    @staticmethod
    def up():
        return metrics.RELAY_UP.labels("layer")._value.get() == 1

    def end(self):
        for member in self.members:
            member.stop()
        for member in self.members:
            member.join(10)
            assert not member.is_alive()


@pytest.fixture(params=[PUBSUB, CORE])
def group(request, redis, settings):
    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": request.param, "CONFIG": {"hosts": [redis.url]}}
    }
    made = Group(redis)
    yield made
    made.end()


@pytest.fixture
def bell():
    return Bell()


def tells(teller, bell):
    bell.hush()
    teller.tell()
    assert bell.heard()


def test_another_process_is_woken_at_once(group, bell, monkeypatch):
    monkeypatch.setattr(layer_member, "RENEW_SECONDS", 120)  # nothing else is sent meanwhile
    group.member(bell)
    assert bell.heard() and group.up()
    publisher = group.member()
    reconnects = group.reconnects()
    for _ in range(20):
        tells(publisher, bell)
    assert group.reconnects() == reconnects


def test_a_member_does_not_receive_its_own_hints(group, bell):
    other = Bell()
    own = group.member(bell)
    group.member(other)
    assert bell.heard() and other.heard()
    bell.hush()
    tells(own, other)
    assert not bell.heard(0.2)


def test_many_hints_at_once_are_few_messages(group, bell):
    group.member(bell)
    assert bell.heard()
    publisher = group.member()
    tells(publisher, bell)
    for _ in range(1000):
        publisher.tell()
    publisher.flush(10)
    heard = 0
    while bell.heard(0.2):
        heard += 1
    assert 1 <= heard < 200


def test_a_sender_joins_the_group_once_it_has_a_hub(group, bell):
    late = group.member()
    late.tell()
    late.flush(10)
    late.listen(bell)
    assert bell.heard()
    tells(group.member(), bell)


def test_a_restart_of_redis_is_noticed_and_the_log_is_read_again(group, bell, caplog):
    caplog.set_level("INFO", "stoppress.live")
    group.member(bell)
    assert bell.heard()
    reconnects = group.reconnects()
    bell.hush()
    group.server.restart()
    assert bell.heard() and soon(group.up)
    assert soon(lambda: group.reconnects() == reconnects + 1)
    tells(group.member(), bell)
    said = [record.getMessage() for record in caplog.records if record.name == "stoppress.live"]
    assert len(said) == 2 and "is not reachable" in said[0] and "is back" in said[1]


def test_a_missing_redis_delays_no_publisher_and_gets_hints_when_back(group, bell):
    group.server.go_away()
    try:
        group.member(bell)
        publisher = group.member()
        begun = time.monotonic()
        for _ in range(10_000):
            publisher.tell()
        assert time.monotonic() - begun < 50, "a wait of 5 ms each"
        assert not bell.heard(0.3) and not group.up()
    finally:
        group.server.come_back()
    assert bell.heard()
    assert soon(lambda: publisher.flush(1))
    tells(publisher, bell)


def test_a_silent_redis_is_noticed_and_so_is_its_return(group, bell):
    group.member(bell)
    publisher = group.member()
    assert bell.heard()
    tells(publisher, bell)
    group.pause()
    try:
        publisher.tell()
        assert soon(lambda: not group.up())
        bell.hush()
    finally:
        group.go_on()
    assert bell.heard() and soon(group.up)
    tells(publisher, bell)


def test_a_member_that_redis_forgot_joins_again(group, bell):
    group.member(bell)
    publisher = group.member()
    assert bell.heard()
    with Client.from_url(group.server.url) as client:
        client.flushall()
        client.client_kill_filter(_type="pubsub")

    bell.hush()

    def told():
        publisher.tell()
        return bell.heard(0.1)

    assert soon(told)


def test_a_stopped_member_leaves_the_group(group, bell):
    leaving = group.member(bell)
    assert bell.heard()
    leaving.stop()
    leaving.join(10)
    assert not group.up()
    with Client.from_url(group.server.url) as client:
        [[_, subscribed]] = client.pubsub_numsub(f"asgi__group__{GROUP}")
        assert subscribed == 0 and client.zcard(f"asgi:group:{GROUP}") == 0


def test_a_layer_that_cannot_be_created_is_logged_once_and_retried(settings, bell, caplog):
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "not_there.Layer"}}
    member = LayerMember("default")
    member.wakes.append(bell)
    member.start()
    assert not bell.heard(0.5) and member.is_alive()
    member.stop()
    [said] = caplog.records
    assert "'not_there.Layer'" in said.getMessage()
