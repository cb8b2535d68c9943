import pytest
from django.core.exceptions import ImproperlyConfigured

from stoppress.live import conf
from stoppress.site import addresses, env


@pytest.fixture
def name(monkeypatch):
    monkeypatch.delenv("STOPPRESS_THING", raising=False)
    return "STOPPRESS_THING"


def test_a_variable_is_read_or_its_default(name, monkeypatch):
    assert env.text(name, "none") == "none"
    monkeypatch.setenv(name, "some")
    assert env.text(name, "none") == "some"


def test_a_secret_may_come_from_a_file(name, monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("hush\n")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    assert env.text(name) == "hush"
    monkeypatch.setenv(name, "loud")
    with pytest.raises(ImproperlyConfigured, match="not both"):
        env.text(name)


def test_a_file_that_cannot_be_read_is_named(name, monkeypatch, tmp_path):
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match="nowhere"):
        env.text(name)


@pytest.mark.parametrize(
    ("read", "good", "value", "bad"),
    [
        (env.integer, "12", 12, ["-1", "x", "1.5", ""]),
        (env.seconds, "0.5", 0.5, ["0", "-1", "x", "inf", "nan", ""]),
        (env.hours, "12", 12.0, ["0", "-1", "noon", "inf", ""]),
        (env.flag, "yes", True, ["maybe", "2"]),
    ],
)
def test_an_invalid_value_is_a_clear_error(name, monkeypatch, read, good, value, bad):
    monkeypatch.setenv(name, good)
    assert read(name, 1) == value
    for text in bad:
        monkeypatch.setenv(name, text)
        with pytest.raises(ImproperlyConfigured, match=name):
            read(name, 1)


def test_a_list_is_separated_by_commas(name, monkeypatch):
    monkeypatch.setenv(name, "a.example, b.example,,")
    assert env.words(name) == ["a.example", "b.example"]


def test_a_new_directory_is_private_and_an_existing_one_is_unchanged(tmp_path, monkeypatch):
    monkeypatch.setenv("STOPPRESS_DATA", str(tmp_path / "data"))
    assert env.directory("STOPPRESS_DATA", "").stat().st_mode & 0o777 == 0o700
    (tmp_path / "data").chmod(0o750)
    assert env.directory("STOPPRESS_DATA", "").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("read", [addresses.address, lambda name: env.directory(name, "./data")])
def test_the_value_from_a_file_is_not_shown(name, monkeypatch, tmp_path, read):
    (tmp_path / "secret").write_text("s3cr3t")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured) as refused:
        read(name)
    assert f"{name}_FILE" in str(refused.value) and "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize("read", [env.seconds, env.hours])
def test_a_duration_has_a_maximum(name, monkeypatch, read):
    monkeypatch.setenv(name, "1e11")
    with pytest.raises(ImproperlyConfigured, match="at most"):
        read(name, 1)


def test_a_language_is_a_tag(name, monkeypatch):
    assert env.language(name, "en") == "en"
    monkeypatch.setenv(name, "pt-BR")
    assert env.language(name, "en") == "pt-BR"
    for wrong in ("", "de_DE", "d", "x" * 36, "german"):
        monkeypatch.setenv(name, wrong)
        with pytest.raises(ImproperlyConfigured, match="language tag such as en"):
            env.language(name, "en")


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [("german", "de"), ("Deutsch", "de"), ("de_AT.UTF-8", "de-AT"), ("Norwegian Bokmal", "nb")],
)
def test_the_name_of_a_language_is_refused_with_its_tag(name, monkeypatch, wrong, meant):
    monkeypatch.setenv(name, wrong)
    with pytest.raises(ImproperlyConfigured, match=rf"did you mean {meant}\?"):
        env.language(name, "en")


def test_a_time_zone_is_one_that_the_system_knows(name, monkeypatch):
    assert env.time_zone(name, "UTC") == "UTC"
    for right in ("Europe/Berlin", "europe/berlin", " Europe/Berlin "):
        monkeypatch.setenv(name, right)
        assert env.time_zone(name, "UTC") == "Europe/Berlin"
    for wrong in ("", "Mars/Olympus", "UTC+1", "../etc/passwd"):
        monkeypatch.setenv(name, wrong)
        with pytest.raises(ImproperlyConfigured, match="a time zone such as Europe/Berlin"):
            env.time_zone(name, "UTC")


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("Berlin", "Europe/Berlin"),
        ("Europe/Berln", "Europe/Berlin"),
        ("new york", "America/New_York"),
    ],
)
def test_a_misspelt_zone_is_refused_with_the_nearest(name, monkeypatch, wrong, meant):
    monkeypatch.setenv(name, wrong)
    with pytest.raises(ImproperlyConfigured, match=rf"did you mean {meant}\?"):
        env.time_zone(name, "UTC")


def test_a_line_has_no_line_breaks_and_may_be_required(name, monkeypatch):
    monkeypatch.setenv(name, " The Paper ")
    assert env.line(name) == "The Paper"
    monkeypatch.setenv(name, "")
    assert env.line(name, "Paper") == ""
    for bad in ("", "  ", "a\nb"):
        monkeypatch.setenv(name, bad)
        with pytest.raises(ImproperlyConfigured, match="one line of text"):
            env.line(name, "Paper", needed=True)


def test_a_number_has_a_minimum(name, monkeypatch):
    monkeypatch.setenv(name, "9")
    with pytest.raises(ImproperlyConfigured, match="10 or more; it is '9'"):
        env.integer(name, 20, least=10)


@pytest.mark.parametrize(
    ("setting", "value", "wanted"),
    [
        ("HEARTBEAT", 100_000.0, "a number above 0, and 300 at most"),
        ("SAFETY_POLL", 61.0, "60 at most"),
        ("LOCK_SECONDS", 301.0, "300 at most"),
        ("DRAIN_SECONDS", 601.0, "600 at most"),
        ("LAG_SECONDS", 3601.0, "3600 at most"),
        ("POLL_SECONDS", 61.0, "60 at most"),
    ],
)
def test_a_duration_that_makes_no_sense_names_its_variable(monkeypatch, setting, value, wanted):
    monkeypatch.setenv(f"STOPPRESS_{setting}", f"{value:g}")
    with pytest.raises(ImproperlyConfigured, match=f"STOPPRESS_{setting} must be .*{wanted}; it"):
        env.within({setting: value}, conf.SETTINGS)
    env.within({setting: conf.SETTINGS[setting].most}, conf.SETTINGS)


def test_an_unknown_variable_is_named_with_the_nearest(monkeypatch):
    env.text("STOPPRESS_MAX_READERS")
    for read in ("STOPPRESS_MAX_READERS", "STOPPRESS_MAX_READERS_FILE"):
        monkeypatch.setenv(read, "")
        assert not [line for line in env.unknown() if line.startswith(f"{read} ")]
    monkeypatch.setenv("STOPPRESS_MAXREADERS", "5")
    monkeypatch.setenv("STOPPRESS_XYZZY", "5")
    changes_nothing = "is no setting of this site, and changes nothing"
    assert f"STOPPRESS_XYZZY {changes_nothing}" in env.unknown()
    near = "did you mean STOPPRESS_MAX_READERS?"
    assert f"STOPPRESS_MAXREADERS {changes_nothing}: {near}" in env.unknown()


def test_a_theme_is_a_folder_that_is_there(name, monkeypatch, tmp_path):
    assert env.folder(name) is None
    monkeypatch.setenv(name, str(tmp_path))
    assert env.folder(name) == tmp_path
    monkeypatch.setenv(name, str(tmp_path / "nowhere"))
    with pytest.raises(ImproperlyConfigured, match="a folder that exists; it is .*nowhere"):
        env.folder(name)


def test_a_policy_that_opens_the_page_is_refused_with_the_source(name, monkeypatch):
    monkeypatch.setenv(name, "script-src 'unsafe-inline'")
    with pytest.raises(ImproperlyConfigured, match="STOPPRESS_THING must be .*'unsafe-inline'"):
        env.policy(name)


def test_the_data_may_not_be_in_a_folder_that_others_may_read(name, monkeypatch, tmp_path):
    data = tmp_path / "data"
    assert env.folder_apart(name, data) == data / "static"
    monkeypatch.setenv(name, str(tmp_path / "data-of-others"))
    assert env.folder_apart(name, data) == tmp_path / "data-of-others"
    for wrong in (data, data / "x" / "..", tmp_path, "/"):
        monkeypatch.setenv(name, str(wrong))
        with pytest.raises(ImproperlyConfigured, match="data directory"):
            env.folder_apart(name, data)


def test_a_setting_that_needs_another_names_it():
    env.needs("STOPPRESS_HUB", "", "STOPPRESS_URL", "")
    env.needs("STOPPRESS_HUB", "https://hub.example/", "STOPPRESS_URL", "https://paper.example")
    with pytest.raises(ImproperlyConfigured, match="STOPPRESS_HUB needs STOPPRESS_URL"):
        env.needs("STOPPRESS_HUB", "https://hub.example/", "STOPPRESS_URL", "")
