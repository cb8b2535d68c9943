"""The log is rewritten, shortened, trimmed or redacted while readers are connected."""

from asgiref.sync import sync_to_async
from django.utils import timezone

from stoppress import live
from stoppress.live.log.trimming import trim_streams
from tests.live.reader import Reader, say

from .log_changes import lose_last, rewrite


async def test_after_history_was_rewritten_each_reader_gets_a_snapshot(hub):
    await say("a", "b", "c")
    readers = [await Reader(hub).join("board") for _ in range(3)]
    await sync_to_async(rewrite)()
    for reader in readers:
        await reader.until(2, "snapshot")
        assert [s["reason"] for s in reader.of("snapshot")] == ["start", "fork"]
        assert [i["key"] for i in reader.of("snapshot")[1]["items"]] == ["x", "a"]
    await say("d")
    for reader in readers:
        await reader.until(1)
        assert reader.keys() == ["d"]
        assert reader.of("event")[0]["after"] == reader.of("snapshot")[1]["cursor"]


async def test_a_shortened_history_is_a_fork_too(hub):
    await say("a", "b")
    reader = await Reader(hub).join("board")
    await sync_to_async(lose_last)()
    await reader.until(2, "snapshot")
    assert reader.of("snapshot")[1]["reason"] == "fork"


async def test_a_redaction_purges_all_memory_before_it_is_sent(hub):
    await say("a", text="withdrawn words")
    reader = await Reader(hub).join("board")
    start = str(hub.streams["board"].ring.start)
    await say("a", version=2, text="withdrawn words")
    await reader.until(1)
    await sync_to_async(live.redact)("a", "thing.withdrawn", version=3)
    await reader.until(2)
    told = reader.of("event")[1]
    assert told["op"] == "remove" and told["redacts"] and told["item"] == {"key": "a", "version": 3}
    late = await Reader(hub).join(board=start)
    assert [e.get("redacted", False) for e in late.of("event")] == [True, True, False]
    fresh = await Reader(hub).join("board")
    assert fresh.of("snapshot")[0]["items"] == []
    assert b"withdrawn words" not in b"".join(late.sink.data + fresh.sink.data)


async def test_memory_starts_no_earlier_than_the_log(hub):
    reader = await Reader(hub).join("board")
    await say(*"abcd")
    await reader.until(4)
    await sync_to_async(trim_streams)(timezone.now(), keep_events=1, keep_hours=0)
    await hub.watch.look()
    assert len(hub.streams["board"].ring) == 1
    await say("e")
    await reader.until(5)
