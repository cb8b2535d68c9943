from stoppress.live.protocol.subprotocol import choose


def test_our_subprotocol_is_chosen_and_a_client_that_offers_none_is_served_too():
    assert choose(["other", "stoppress.v1"]) == ("stoppress.v1", None)
    assert choose([]) == (None, None)


def test_a_client_that_offers_only_another_subprotocol_is_refused():
    chosen, refusal = choose(["stoppress.v9"])
    assert chosen is None
    assert refusal is not None and refusal.code == 4409
    assert refusal.reason == "this server speaks stoppress.v1"
