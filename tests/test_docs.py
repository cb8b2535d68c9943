"""Public interfaces are documented, and documented ones exist."""

import argparse
import re
from math import prod
from pathlib import Path

from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase as MetricBase

from stoppress import __version__
from stoppress.cli import main as cli
from stoppress.live import conf
from stoppress.live import metrics as live_metrics
from stoppress.live.client.follower import STOP_CODES
from stoppress.live.protocol import refusals
from stoppress.live.protocol.query import STREAMS_AT_MOST
from stoppress.live.rendering.allowed import may_be_attribute, may_be_element
from stoppress.newsroom.body.elements import ELEMENTS
from stoppress.site.web import metrics as site_metrics
from stoppress.webhooks import metrics as webhook_metrics
from tests.example.readme import readme_files
from tests.links import anchors, links

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PACKAGE = ROOT / "src/stoppress"
SETTINGS = (DOCS / "settings.md").read_text()
ARCHITECTURE = (DOCS / "architecture.md").read_text()
PROTOCOL = (DOCS / "protocol.md").read_text()
CLIENT = PACKAGE / "live/static/stoppress/live"
PART = f"(?:{'|'.join(path.parent.name for path in PACKAGE.glob('*/__init__.py'))})"


def test_every_setting_of_live_is_documented_with_its_default():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", SETTINGS, re.MULTILINE))
    for name, setting in conf.SETTINGS.items():
        if isinstance(setting.default, int | float):
            assert float(rows[name]) == float(setting.default), name
        else:
            assert rows[name].strip("`") == (setting.default or "none"), name


def test_every_variable_that_the_site_reads_is_documented_and_no_other():
    source = (ROOT / "src/stoppress/site/settings.py").read_text()
    read = set(re.findall(r'(?:env|addresses)\.\w+\("([A-Z_]+)"', source))
    rows = set(
        re.findall(r"^\| `((?:STOPPRESS_|DATABASE_|REDIS_)[A-Z_]+)`", SETTINGS, re.MULTILINE)
    )
    assert rows == read


def test_the_whole_site_has_the_defaults_of_live():
    source = (ROOT / "src/stoppress/site/settings.py").read_text()
    defaults = re.findall(r'"([A-Z_]+)": env\.\w+\("STOPPRESS_\1", ([\d_ *]+)\)', source)
    rows = dict(re.findall(r"^\| `STOPPRESS_([A-Z_]+)` \| ([\d.]+) \|", SETTINGS, re.MULTILINE))
    assert len(defaults) > 10
    for name, text in defaults:
        default = prod(int(factor) for factor in text.split("*"))
        assert conf.SETTINGS[name].default == default == float(rows[name]), name


def test_every_metric_is_documented_with_its_labels_and_no_other():
    modules = (vars(live_metrics), vars(site_metrics), vars(webhook_metrics))
    found = [one for module in modules for one in module.values() if isinstance(one, MetricBase)]
    names = {
        one._name + ("_total" if isinstance(one, Counter) else ""): one._labelnames for one in found
    }
    text = (DOCS / "operations.md").read_text()
    rows = re.findall(r"^\| `(stoppress_\w+)(?:\{(\w+)\})?` \|", text, re.MULTILINE)
    assert len(names) > 10
    assert {name: (label,) if label else () for name, label in rows} == names


def test_every_close_code_is_documented():
    sources = [path.read_text() for path in (ROOT / "src/stoppress/live").rglob("*.py")]
    codes = set(re.findall(r"\b(?:4\d{3}|10(?:09|11|12))\b(?=[,)\s])", "".join(sources)))
    assert {"4002", "4400", "4404", "1012"} <= codes
    for code in codes - {"4096", "4999"}:
        assert code in PROTOCOL, code
    assert refusals.malformed("x").code == 4400


def test_every_client_stops_at_the_codes_that_the_documentation_says():
    rows = re.findall(r"^\| ([\d, ]+) \|[^|]*\|[^|]*\| stops, and says so \|", PROTOCOL, re.M)
    codes = {int(code) for row in rows for code in row.split(",")}
    assert codes == {code for code in STOP_CODES if code >= 1000}
    script = (CLIENT / "connection.js").read_text()
    [refused] = re.findall(r"const FINAL = \[([\d, ]+)\]", script)
    assert codes == {int(code) for code in refused.split(",")}


def test_every_event_type_of_the_newsroom_is_documented():
    verbs = [path.read_text() for path in (PACKAGE / "newsroom/publishing").glob("*.py")]
    events = set(re.findall(r'"(article\.[a-z]+)"', "".join(verbs)))
    assert "article.corrected" in events
    text = (DOCS / "newsroom.md").read_text()
    for event in events:
        assert f"`{event}`" in text, event


def test_every_element_of_a_body_is_allowed_in_a_view_and_documented():
    assert all(map(may_be_element, ELEMENTS))
    [told] = re.findall(r"`(p h2 h3 [a-z0-9 ]+)`", (DOCS / "newsroom.md").read_text())
    assert set(told.split()) == ELEMENTS


def test_client_and_server_refuse_the_same_in_a_view():
    script = (CLIENT / "view.js").read_text()
    client = {
        name: re.compile(pattern, re.IGNORECASE)
        for name, pattern in re.findall(r"const (NEVER_\w+) =\s*/(.*)/i\n", script)
    }
    names = ["p", "script", "STYLE", "iframe", "frame", "object", "embed", "base", "meta", "link"]
    names += ["template", "noscript", "set", "animateMotion", "table", "settle", "my-set", "svg"]
    names += ["onclick", "srcdoc", "href", "data-on", "on", "title"]
    for name in names:
        assert may_be_element(name) == (not client["NEVER_BUILT"].search(name)), name
        assert may_be_attribute(name) == (not client["NEVER_SET"].search(name)), name


def test_every_element_that_pages_never_build_is_documented():
    [never] = re.findall(r"\^\((script[^)]*)\)\$/i", (CLIENT / "view.js").read_text())
    for page in (PROTOCOL, (DOCS / "client.md").read_text()):
        [told] = re.findall(r"(`script`[a-z, `\n]+) and what begins with `animate`", page)
        names = set(re.findall(r"[a-z]+", told))
        assert names == set(never.replace("i?frame", "iframe|frame").split("|")) - {"animate.*"}


def test_a_page_follows_as_many_streams_as_a_server_lets_it():
    script = (CLIENT / "leader.js").read_text()
    assert f"MOST_STREAMS = {STREAMS_AT_MOST}\n" in script
    assert f"At most {STREAMS_AT_MOST} streams" in PROTOCOL


def test_every_link_between_pages_leads_to_a_file_and_a_heading():
    pages = [*DOCS.rglob("*.md"), *ROOT.glob("*.md")]
    found = [(page, target) for page in pages for target in links(page)]
    assert len(found) > 100
    for page, target in found:
        name, _, heading = target.partition("#")
        file = page.parent / name if name else page
        assert file.exists(), f"{page.name}: {target}"
        assert not heading or heading in anchors(file), f"{page.name}: {target}"


def test_every_command_is_in_the_readme():
    parser = cli._parser()
    [commands] = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    readme = (ROOT / "README.md").read_text()
    for command in commands.choices:
        assert f"stoppress {command}" in readme, command


def test_the_architecture_page_names_files_that_are_there():
    named = re.findall(rf"`({PART}/[\w/.-]*)`", ARCHITECTURE)
    assert len(named) > 100
    for path in named:
        assert (PACKAGE / path).exists(), path


def test_the_architecture_page_names_functions_that_are_in_their_files():
    pairs = re.findall(rf"`({PART}/[\w/-]+\.(?:py|js))`,\s+`#?(\w+)`", ARCHITECTURE)
    assert len(pairs) > 40
    for path, name in pairs:
        defined = rf"\b(?:def|class|function) {name}\b|^  #?{name}\("
        assert re.search(defined, (PACKAGE / path).read_text(), re.MULTILINE), f"{path}: {name}"


def test_the_picture_of_an_events_way_names_what_the_page_does():
    picture = (DOCS / "event.svg").read_text()
    names = re.findall(r'class="name"[^>]*>([\w./-]+)<', picture)
    assert len(names) > 8
    for name in names:
        assert f"`{name}`" in ARCHITECTURE or f"/{name}`" in ARCHITECTURE, name


def test_the_architecture_page_names_every_package():
    for file in PACKAGE.rglob("__init__.py"):
        place = file.parent.relative_to(PACKAGE)
        name = f"`{place.as_posix()}/`" if len(place.parts) > 1 else f"`stoppress.{place.name}`"
        if place.name not in {"", "commands"}:
            assert name in ARCHITECTURE, name


def test_the_changes_begin_with_this_version_and_the_readme_links_to_them():
    changes = (ROOT / "CHANGELOG.md").read_text()
    newest = re.findall(r"^## (\S+?),? ", changes, re.MULTILINE)[0]
    assert newest == __version__
    assert "(CHANGELOG.md)" in (ROOT / "README.md").read_text()


def test_the_table_of_changes_names_files_that_are_there():
    text = (ROOT / "CONTRIBUTING.md").read_text()
    table = text.partition("## To change this")[2].partition("\n## ")[0]
    paths = set(re.findall(r"`([\w.-]+/[\w/.-]*|[A-Z]+\.md)`", table))
    assert len(paths) > 40
    for path in paths:
        assert (ROOT / path).exists() or (PACKAGE / path).exists(), path


def test_the_readmes_model_and_templates_are_the_examples():
    readme = (ROOT / "README.md").read_text()
    for path, text in readme_files(readme).items():
        if path.startswith("scores/"):
            example = ROOT / "example/scoreboard" / path.removeprefix("scores/")
            assert text.strip() == example.read_text().strip()


def test_the_tests_that_show_the_clients_behaviours_are_there():
    *_, table = (DOCS / "client.md").read_text().partition("| | behaviour |")
    rows = [row for row in table.splitlines() if re.match(r"\| \d+ \|", row)]
    assert [int(row.split("|")[1]) for row in rows] == list(range(1, 28))
    for row in rows:
        named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", row)
        titled = re.findall(r"`js/(\w+\.test\.js)` “([^”]+)”", row)
        assert named or titled, row
        for path, name in named:
            folder = ROOT / ("tests" if path.startswith("engines/") else "tests/browser")
            assert re.search(rf"^def {name}\(", (folder / path).read_text(), re.MULTILINE), name
        for path, title in titled:
            assert f"'{title}'" in (ROOT / "tests/js" / path).read_text(), title
