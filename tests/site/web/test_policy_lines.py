import pytest
from django.test import Client, override_settings

from stoppress.site.web.policy_lines import parse_lines

ADS = "https://ads.example"


def test_lines_are_directives_with_their_sources():
    lines = parse_lines(f"script-src {ADS} 'sha256-abc='; frame-src https://*.ads.example:8443/a/;")
    assert lines == {
        "script-src": [ADS, "'sha256-abc='"],
        "frame-src": ["https://*.ads.example:8443/a/"],
    }
    assert parse_lines("") == {} and parse_lines("trusted-types consent") == {
        "trusted-types": ["consent"]
    }


@pytest.mark.parametrize(
    "line",
    [
        *(f"script-src {each}" for each in ("'unsafe-inline'", "'unsafe-eval'", "*", "https:")),
        *(f"script-src {each}" for each in ("data:", "http://ads.example", "ads.example")),
        *("script-src 'strict-dynamic'", "script-src", "base-uri https://ads.example"),
        *("trusted-types *", f"img-src {ADS}; img-src {ADS}", "require-trusted-types-for 'none'"),
        *("frame-ancestors *", "script-src 'nonce-abc'", f"script-src {ADS},https://b.example"),
    ],
)
def test_a_line_that_weakens_the_policy_is_refused(line):
    with pytest.raises(ValueError, match=line.split()[0].split(";")[0]):
        parse_lines(line)


@pytest.mark.django_db
def test_a_sites_lines_are_only_on_the_readers_pages():
    lines = {"frame-src": [ADS], "media-src": [ADS], "trusted-types": ["consent"]}
    before = {each: Client().get(each)["Content-Security-Policy"] for each in ("/", "/api/docs")}
    with override_settings(STOPPRESS_POLICY=lines):
        policy = Client().get("/")["Content-Security-Policy"].split("; ")
        # A page that is not there is a reader's.
        assert ADS in Client().get("/nowhere")["Content-Security-Policy"]
        for ours in ("/admin/login/", "/api/docs", "/healthz", "/embed/frame.js"):
            assert ADS not in Client().get(ours)["Content-Security-Policy"]
    assert f"media-src {ADS}" in policy and "trusted-types consent" in policy
    [frames] = [each for each in policy if each.startswith("frame-src")]
    assert frames.endswith(ADS) and "https://player.vimeo.com" in frames
    assert ADS not in before["/"] and "trusted-types 'none'" in before["/"]
