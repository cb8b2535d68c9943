from stoppress.live import conf


def test_a_setting_is_the_sites_where_it_has_one_and_else_the_default(settings):
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 5, "MAX_READERS": 7.0, "CHANNEL_LAYER": "wire"}
    assert conf.get("HEARTBEAT") == 5.0 and conf.get("POLL_SECONDS") == 2.0
    assert conf.whole("MAX_READERS") == 7 and conf.whole("KEEP_EVENTS") == 10_000
    assert conf.text("CHANNEL_LAYER") == "wire" and conf.text("LISTEN_DATABASE") == ""
    assert conf.words("TRUSTED_PROXIES") == ()
    settings.STOPPRESS_LIVE = {"TRUSTED_PROXIES": ("127.0.0.1", "unix")}
    assert conf.words("TRUSTED_PROXIES") == ("127.0.0.1", "unix")


def test_a_site_that_sets_nothing_has_the_defaults(settings):
    del settings.STOPPRESS_LIVE
    assert conf.whole("MAX_READERS_PER_ADDRESS") == 200
    assert conf.text("CHANNEL_LAYER") == "default"
