import pytest
from django.core.exceptions import ImproperlyConfigured

from stoppress.site import env


@pytest.fixture
def name(monkeypatch):
    monkeypatch.delenv("STOPPRESS_THING", raising=False)
    return "STOPPRESS_THING"


def test_a_variable_or_its_default(name, monkeypatch):
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
def test_a_value_that_cannot_be_used_is_said_loudly(name, monkeypatch, read, good, value, bad):
    monkeypatch.setenv(name, good)
    assert read(name, 1) == value
    for text in bad:
        monkeypatch.setenv(name, text)
        with pytest.raises(ImproperlyConfigured, match=name):
            read(name, 1)


def test_a_list_is_separated_by_commas(name, monkeypatch):
    monkeypatch.setenv(name, "a.example, b.example,,")
    assert env.words(name) == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("good", "value"),
    [
        ("", None),
        ("127.0.0.1:9100", ("127.0.0.1", 9100)),
        ("metrics.internal:1", ("metrics.internal", 1)),
        ("[::1]:65535", ("::1", 65535)),
    ],
)
def test_an_address_is_a_host_and_a_port(name, monkeypatch, good, value):
    monkeypatch.setenv(name, good)
    assert env.address(name) == value


@pytest.mark.parametrize(
    "bad",
    ["9100", ":9100", "127.0.0.1", "127.0.0.1:", "a:0", "a:65536", "a:x", "::1:9100", "[a b]:1"]
    + ["http://a:9100", "a:9100/metrics", "a:1:2"],
)
def test_an_address_that_is_none_is_said_loudly(name, monkeypatch, bad):
    monkeypatch.setenv(name, bad)
    with pytest.raises(ImproperlyConfigured, match=rf"{name} must be HOST:PORT, such as 127\.0"):
        env.address(name)


def test_a_list_of_numbers_holds_nothing_else(name, monkeypatch):
    assert env.integers(name, "80,443") == [80, 443]
    monkeypatch.setenv(name, " 8080 ,, 81")
    assert env.integers(name, "80") == [8080, 81]
    for text in ["abc", "80,x", "-1", "1.5"]:
        monkeypatch.setenv(name, text)
        with pytest.raises(ImproperlyConfigured, match=f"{name} must be whole numbers.*{text}"):
            env.integers(name, "80")


def test_a_directory_that_is_made_is_its_owners_alone_and_one_that_is_there_stays(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("STOPPRESS_DATA", str(tmp_path / "data"))
    assert env.directory("STOPPRESS_DATA", "").stat().st_mode & 0o777 == 0o700
    (tmp_path / "data").chmod(0o750)
    assert env.directory("STOPPRESS_DATA", "").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("read", [env.address, lambda name: env.directory(name, "./data")])
def test_the_value_from_a_file_is_not_shown(name, monkeypatch, tmp_path, read):
    (tmp_path / "secret").write_text("s3cr3t")
    monkeypatch.setenv(f"{name}_FILE", str(tmp_path / "secret"))
    with pytest.raises(ImproperlyConfigured) as refused:
        read(name)
    assert f"{name}_FILE" in str(refused.value) and "s3cr3t" not in str(refused.value)


@pytest.mark.parametrize("read", [env.seconds, env.hours])
def test_a_span_has_an_end(name, monkeypatch, read):
    monkeypatch.setenv(name, "1e11")
    with pytest.raises(ImproperlyConfigured, match="at most"):
        read(name, 1)


def test_a_language_is_a_tag(name, monkeypatch):
    assert env.language(name, "en") == "en"
    monkeypatch.setenv(name, "pt-BR")
    assert env.language(name, "en") == "pt-BR"
    for wrong in ("", "de_DE", "d", "x" * 36):
        monkeypatch.setenv(name, wrong)
        with pytest.raises(ImproperlyConfigured, match="language tag such as en"):
            env.language(name, "en")
