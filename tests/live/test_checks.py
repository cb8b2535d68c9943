import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import connections

from stoppress import live
from stoppress.live import checks
from stoppress.live.publishing import registry
from tests.live.publishing.test_live_model import LiveGroup


async def other_reader(token, scope):
    """Cannot be called on a thread."""


def ids(found):
    return [message.id for message in found]


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("ALLOWED_ORIGINS", ["app.example"], "https://app.example"),
        ("ALLOWED_ORIGINS", ["https://app.example/"], "no path"),
        ("ALLOWED_ORIGINS", ["https://app.example:443"], "no default port"),
        ("ALLOWED_ORIGINS", ["https://App.example"], "origins"),
        ("ALLOWED_ORIGINS", ["https://*.example"], "origins"),
        ("ALLOWED_ORIGINS", "*", "list"),
        ("BUILD", "a\nb", "one line"),
        ("READER", f"{__name__}.other_reader", "plain function"),
        ("READER", "nowhere.reader", "imported"),
        ("READER", "tests.live.test_checks", "imported"),
        ("READER", f"{__name__}.nobody", "imported"),
    ],
)
def test_a_wrong_setting_for_other_origins_is_named(settings, name, value, word):
    settings.STOPPRESS_LIVE = {name: value}
    [error] = checks.check_settings()
    assert error.id == "stoppress.E002" and name in error.msg and word in error.msg


def test_right_settings_for_other_origins_pass(settings):
    settings.STOPPRESS_LIVE = {
        "ALLOWED_ORIGINS": [
            *("*", "null", "capacitor://localhost"),
            *("https://app.example", "http://[::1]:8080"),
        ],
        "BUILD": "41\n",
        "READER": f"{__name__}.ids",
    }
    assert checks.check_settings() == []


@pytest.mark.backend("sqlite")
def test_sqlite_without_immediate_writers_is_named(monkeypatch):
    assert checks.check_database() == []
    monkeypatch.setitem(connections["default"].settings_dict, "OPTIONS", {})
    assert ids(checks.check_database()) == ["stoppress.E006", "stoppress.W007"]


def test_a_database_that_cannot_hold_the_log_is_named(monkeypatch):
    monkeypatch.setattr(connections["default"], "vendor", "mysql")  # no MySQL is here
    assert ids(checks.check_database()) == ["stoppress.E005"]


@pytest.mark.backend("postgres")
@pytest.mark.parametrize(
    ("level", "found"),
    [("READ_COMMITTED", []), ("REPEATABLE_READ", ["stoppress.E014"])],
)
def test_an_isolation_that_hides_what_others_commit_is_named(monkeypatch, level, found):
    connection = connections["default"]
    options = {"isolation_level": connection.Database.IsolationLevel[level]}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    assert ids(checks.check_database()) == found


@pytest.fixture
def a_live_model():
    """A live model among the site's; the tests' own are in registries of their own."""
    models = apps.all_models["auth"]
    models["livegroup"] = LiveGroup
    apps.clear_cache()
    yield
    del models["livegroup"]
    apps.clear_cache()


def test_a_live_model_whose_order_is_no_field_is_named(monkeypatch, a_live_model):
    assert checks.check_live_models() == []
    monkeypatch.setattr(LiveGroup, "live_order", "-founded")  # wrong in this test only
    [error] = checks.check_live_models()
    assert error.id == "stoppress.E016" and "-founded" in error.msg


def test_a_field_that_leads_to_rows_of_any_model_is_named(monkeypatch, a_live_model):
    anything = GenericForeignKey()
    anything.name, anything.related_model = "about", None
    monkeypatch.setattr(LiveGroup._meta, "private_fields", [anything])  # no table has one
    [warning] = checks.check_live_models()
    assert warning.id == "stoppress.W018" and "'about'" in warning.msg


@pytest.mark.parametrize("package", ["django_tenants", "tenant_schemas"])
def test_a_package_that_gives_tenants_a_schema_is_refused(monkeypatch, package):
    assert checks.check_tenants() == []
    engine = f"{package}.postgresql_backend"
    with monkeypatch.context() as patched:
        patched.setitem(connections["default"].settings_dict, "ENGINE", engine)
        assert ids(checks.check_tenants()) == ["stoppress.E017"]
    monkeypatch.setattr(apps, "is_installed", package.__eq__)  # it is not installed
    assert ids(checks.check_tenants()) == ["stoppress.E017"]


class GroupsElsewhere:
    """A router that keeps groups in another database than the log."""

    def db_for_write(self, model, **hints):
        return "elsewhere" if issubclass(model, Group) else None


def test_a_live_model_in_another_database_than_the_log_is_named(settings, a_live_model):
    settings.DATABASE_ROUTERS = [f"{__name__}.GroupsElsewhere"]
    found = checks.check_live_models()
    assert ids(found) == ["stoppress.E015"]


def test_a_site_without_a_stream_is_reported(monkeypatch, settings):
    monkeypatch.setattr(registry, "_registered", {})  # streams of this test's own
    assert ids(checks.check_streams()) == ["stoppress.W003"]
    live.stream("secret", may_read=lambda user: True)(lambda limit: [])
    settings.INSTALLED_APPS = ["stoppress.live"]
    settings.STOPPRESS_LIVE = {}
    assert ids(checks.check_streams()) == ["stoppress.E004"]


def test_a_setting_that_is_not_in_the_table_or_no_number_is_named(settings):
    settings.STOPPRESS_LIVE = {"HEARTBEET": 5, "HEARTBEAT": "5", "LAG_EVENTS": -1}
    assert ids(checks.check_settings()) == ["stoppress.E001", "stoppress.E002", "stoppress.E002"]
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 5, "REPLAY_LIMIT": 0}
    assert checks.check_settings() == []
    settings.STOPPRESS_LIVE = {"HEARTBEAT": 0}
    assert ids(checks.check_settings()) == ["stoppress.E002"]
    settings.STOPPRESS_LIVE = [1]
    assert ids(checks.check_settings()) == ["stoppress.E011"]


@pytest.mark.parametrize(
    "name, value",
    [
        ("MAX_READERS", 0),
        ("MAX_READERS", 20_000.0),
        ("POLL_SECONDS", 0.5),
        ("CHANNEL_LAYER", "wire"),
        ("LISTEN_DATABASE", ""),
        ("TRUSTED_PROXIES", []),
        ("TRUSTED_PROXIES", ("127.0.0.1", "10.0.0.0/8", "2001:db8::/32", "unix")),
    ],
)
def test_a_setting_of_its_kind_passes(settings, name, value):
    settings.STOPPRESS_LIVE = {name: value}
    assert checks.check_settings() == []


@pytest.mark.parametrize(
    "name, value, wanted",
    [
        ("MAX_READERS", -1, "a whole number, 0 or more"),
        ("HANDSHAKES_PER_SECOND", 0.5, "a whole number, 0 or more"),
        ("MAX_READERS", True, "a whole number"),
        ("MAX_READERS", float("inf"), "a whole number"),
        ("MAX_READERS", float("nan"), "a whole number"),
        ("POLL_SECONDS", 0, "a number above 0"),
        ("POLL_SECONDS", float("inf"), "a number above 0"),
        ("POLL_SECONDS", None, "a number above 0"),
        ("HEARTBEAT", 301, "a number above 0, and 300 at most"),
        ("ITEM_BYTES", 0, "a whole number, 1 or more"),
        ("CHANNEL_LAYER", None, "text"),
        ("LISTEN_DATABASE", ["direct"], "text"),
        ("TRUSTED_PROXIES", "10.0.0.0/8", "a list of texts"),
        ("TRUSTED_PROXIES", [10], "a list of texts"),
        ("TRUSTED_PROXIES", ["10.0.0.0/8", "*"], "'*' is not an address, not a network"),
        ("TRUSTED_PROXIES", ["10.0.0.1/8"], "has host bits set"),
    ],
)
def test_a_setting_of_the_wrong_type_is_refused_with_the_right_type(settings, name, value, wanted):
    settings.STOPPRESS_LIVE = {name: value}
    found = checks.check_settings()
    assert ids(found) == ["stoppress.E002"]
    assert name in found[0].msg and wanted in found[0].msg


def test_names_that_are_public_by_one_pattern_and_private_by_another_are_named(monkeypatch):
    monkeypatch.setattr(registry, "_registered", {})  # streams of this test's own
    live.stream("<kind>:<id>", public=True)(lambda limit, kind, id: [])
    live.stream("room:<id>", may_read=lambda user, id: True)(lambda limit, id: [])
    live.stream("hall", may_read=lambda user: True)(lambda limit: [])
    assert ids(checks.check_streams()) == ["stoppress.E012"]


def test_a_router_that_parts_the_logs_readers_from_its_writers_is_named(settings):
    settings.DATABASE_ROUTERS = [f"{__name__}.Replicas"]
    assert ids(checks.check_database()) == ["stoppress.E013"]


class Replicas:
    def db_for_read(self, model, **hints):
        return "replica"

    def db_for_write(self, model, **hints):
        return "default"
