from stoppress.live.protocol.subprotocol import choose


def test_ours_is_chosen_and_one_who_offers_none_is_served_the_same():
    assert choose(["other", "stoppress.v1"]) == ("stoppress.v1", None)
    assert choose([]) == (None, None)


def test_one_who_speaks_another_only_is_refused():
    chosen, refusal = choose(["stoppress.v9"])
    assert chosen is None
    assert refusal is not None and refusal.code == 4409
    assert refusal.reason == "this server speaks stoppress.v1"
