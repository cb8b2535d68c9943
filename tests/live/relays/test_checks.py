import pytest

from stoppress.live.relays.checks import check_layer, check_listen_database


def layer(backend):
    return {"default": {"BACKEND": backend}}


@pytest.mark.parametrize(
    "layers", [{}, layer("channels.layers.InMemoryChannelLayer"), layer("channels_redis.core.Any")]
)
def test_a_site_without_a_layer_is_fine_and_one_that_cannot_be_imported_is_named(settings, layers):
    settings.CHANNEL_LAYERS = layers
    found = check_layer()
    if "channels_redis" in str(layers):
        [error] = found
        assert error.id == "stoppress.E021" and "stop-press[redis]" in error.hint
    else:
        assert found == []


def test_a_missing_layer_is_named(settings):
    settings.STOPPRESS_LIVE = {"CHANNEL_LAYER": "wire"}
    [error] = check_layer()
    assert error.id == "stoppress.E020" and "'wire'" in error.msg


@pytest.mark.backend("sqlite")
@pytest.mark.parametrize("alias", ["direct", "default"])
def test_a_database_that_cannot_listen_is_named(settings, alias):
    settings.STOPPRESS_LIVE = {"LISTEN_DATABASE": alias}
    [error] = check_listen_database()
    assert error.id == "stoppress.E022" and repr(alias) in error.msg


def test_the_database_of_the_log_listens_by_default(settings):
    settings.STOPPRESS_LIVE = {}
    assert check_listen_database() == []
