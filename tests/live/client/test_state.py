from hypothesis import given
from hypothesis import strategies as st

from stoppress.live.client.state import StreamState

LIMIT = 4


class Truth:
    """A site's items by key. Its fresh snapshots are the state that a client must reach."""

    def __init__(self):
        self.items, self.position = {}, 0

    def cursor(self):
        return f"{self.position}-{self.position:016x}"

    def snapshot(self):
        ranked = sorted(self.items.values(), key=lambda i: i["key"])
        ranked.sort(key=lambda i: i["order"], reverse=True)
        floor = ranked[LIMIT - 1]["order"] if len(ranked) > LIMIT else None
        return {
            "cursor": self.cursor(),
            "limit": LIMIT,
            "floor": floor,
            "items": ranked[:LIMIT],
        }

    def change(self, op, key, order):
        after = self.cursor()
        self.position += 1
        item = {"key": key, "version": self.position}
        if op == "put":
            item["order"] = f"{order:03}-{key}"
            self.items[key] = item
        else:
            self.items.pop(key, None)
        return {"after": after, "cursor": self.cursor(), "op": op, "key": key, "item": item}


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["put", "put", "remove"]),
        st.sampled_from("abcdefghij"),
        st.integers(0, 20),
    ),
    max_size=40,
)


@given(CHANGES, CHANGES)
def test_stale_state_plus_events_equals_fresh_state(before, after):
    truth = Truth()
    for change in before:
        truth.change(*change)
    reader = StreamState()
    reader.replace(truth.snapshot())
    for change in after:
        reader.apply(truth.change(*change))
    shown = reader.items()
    visible = [
        i for i in truth.items.values() if reader.floor is None or i["order"] >= reader.floor
    ]
    assert shown == sorted(visible, key=lambda i: i["order"], reverse=True)
    assert len(shown) <= LIMIT
    assert str(reader.cursor) == truth.cursor()


@given(CHANGES)
def test_an_event_that_comes_again_changes_nothing(changes):
    truth, reader = Truth(), StreamState()
    reader.replace(truth.snapshot())
    for change in changes:
        event = truth.change(*change)
        reader.apply(event)
        shown = reader.items()
        reader.apply(event)
        assert reader.items() == shown


def test_an_older_version_of_a_removed_item_stays_removed():
    reader = StreamState()
    reader.replace({"cursor": "0-" + "0" * 16, "limit": 4, "floor": None, "items": []})
    put = {"op": "put", "key": "a", "item": {"key": "a", "order": "x", "version": 2}}
    remove = {"op": "remove", "key": "a", "item": {"key": "a", "version": 3}}
    reader.apply({**remove, "cursor": "1-" + "1" * 16})
    reader.apply({**put, "cursor": "2-" + "2" * 16})
    assert reader.items() == []


def test_an_item_without_a_version_has_its_events_position():
    reader = StreamState()
    reader.replace(
        {
            "cursor": "5-" + "0" * 16,
            "limit": 4,
            "floor": None,
            "items": [{"key": "a", "order": "x"}],
        }
    )
    item = {"key": "a", "order": "y"}
    reader.apply({"cursor": "6-" + "1" * 16, "op": "put", "key": "a", "item": item})
    assert reader.items() == [item]


def reader_of(*items):
    reader = StreamState()
    reader.replace({"cursor": "5-" + "0" * 16, "limit": 4, "floor": None, "items": list(items)})
    return reader


def test_a_removal_without_a_version_counts_and_blocks_no_later_version():
    reader = reader_of({"key": "a", "order": "x", "version": 2})
    reader.apply({"cursor": "6-" + "1" * 16, "op": "remove", "key": "a", "item": {"key": "a"}})
    assert reader.items() == []
    item = {"key": "a", "order": "x", "version": 3}
    reader.apply({"cursor": "7-" + "2" * 16, "op": "put", "key": "a", "item": item})
    assert reader.items() == [item]


def put(number, version, order="x", **more):
    item = {"key": "a", "order": order, "version": version, **more}
    return {"cursor": f"{number}-" + "1" * 16, "op": "put", "key": "a", "item": item}


def removal(number, version):
    item = {"key": "a", "version": version}
    return {"cursor": f"{number}-" + "1" * 16, "op": "remove", "key": "a", "item": item}


def test_a_known_version_replaces_the_shown_item_from_a_later_position():
    reader = reader_of({"key": "a", "order": "x", "version": 2})
    reader.apply(put(6, 2, text="as a new template has it"))
    assert reader.items()[0]["text"] == "as a new template has it"
    reader.apply(put(6, 2, text="of the same position"))
    assert reader.items()[0]["text"] == "as a new template has it"
    reader.apply(put(7, 1, text="older"))
    assert reader.items()[0]["text"] == "as a new template has it"


def test_a_key_stays_removed_at_the_version_of_its_removal():
    reader = reader_of({"key": "a", "order": "x", "version": 2})
    reader.apply(removal(6, 2))
    reader.apply(put(7, 2))
    assert reader.items() == []
    reader.apply(removal(8, 1))
    reader.apply(put(9, 3))
    assert len(reader.items()) == 1
    reader.apply(removal(10, 2))
    assert len(reader.items()) == 1


def test_an_item_dropped_below_the_floor_can_return_in_the_same_version():
    shown = [{"key": key, "order": key, "version": 1} for key in "dcba"]
    reader = reader_of(*shown)
    new = {"key": "e", "order": "e", "version": 1}
    reader.apply({"cursor": "6-" + "1" * 16, "op": "put", "key": "e", "item": new})
    assert [item["key"] for item in reader.items()] == list("edcb")
    reader.apply(put(7, 1, order="f"))
    assert [item["key"] for item in reader.items()] == list("aedc")


def test_a_withdrawn_text_goes_at_its_own_version_and_never_a_newer_one():
    bare = {"key": "a", "version": 2}
    redacted = {"cursor": "6-" + "1" * 16, "op": "remove", "redacted": True, "key": "a"}
    same, newer = (reader_of({"key": "a", "order": "x", "version": v}) for v in (2, 3))
    for reader in (same, newer):
        reader.apply({**redacted, "item": bare})
    assert (len(same.items()), len(newer.items())) == (0, 1)
