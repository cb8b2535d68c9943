"""What users rely on is documented, and what is documented is there."""

import argparse
import re
from pathlib import Path

from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase as MetricBase

from stoppress.cli import main as cli
from stoppress.live import conf
from stoppress.live import metrics as live_metrics
from stoppress.live.protocol import refusals
from stoppress.site.web import metrics as site_metrics

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SETTINGS = (DOCS / "settings.md").read_text()


def test_every_setting_of_live_is_documented_with_its_default():
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| ([^|]+) \|", SETTINGS, re.MULTILINE))
    for name, setting in conf.SETTINGS.items():
        if isinstance(setting.default, int | float):
            assert float(rows[name]) == float(setting.default), name
        else:
            assert rows[name].strip("`") == (setting.default or "none"), name


def test_every_variable_that_the_site_reads_is_documented_and_no_other():
    source = (ROOT / "src/stoppress/site/settings.py").read_text()
    read = set(re.findall(r'env\.\w+\("([A-Z_]+)"', source))
    rows = set(
        re.findall(r"^\| `((?:STOPPRESS_|DATABASE_|REDIS_)[A-Z_]+)`", SETTINGS, re.MULTILINE)
    )
    assert rows == read


def test_every_metric_is_documented_with_its_labels_and_no_other():
    modules = (vars(live_metrics), vars(site_metrics))
    found = [one for module in modules for one in module.values() if isinstance(one, MetricBase)]
    names = {
        one._name + ("_total" if isinstance(one, Counter) else ""): one._labelnames for one in found
    }
    text = (DOCS / "operations.md").read_text()
    rows = re.findall(r"^\| `(stoppress_\w+)(?:\{(\w+)\})?` \|", text, re.MULTILINE)
    assert len(names) > 10
    assert {name: (label,) if label else () for name, label in rows} == names


def test_every_close_code_is_documented():
    text = (DOCS / "protocol.md").read_text()
    sources = [path.read_text() for path in (ROOT / "src/stoppress/live").rglob("*.py")]
    codes = set(re.findall(r"\b(?:4\d{3}|10(?:09|11|12))\b(?=[,)\s])", "".join(sources)))
    assert {"4002", "4400", "4404", "1012"} <= codes
    for code in codes - {"4096", "4999"}:
        assert code in text, code
    assert refusals.malformed("x").code == 4400


def test_every_command_is_in_the_readme():
    parser = cli._parser()
    [commands] = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    readme = (ROOT / "README.md").read_text()
    for command in commands.choices:
        assert f"stoppress {command}" in readme, command


def test_the_architecture_page_names_files_that_are_there():
    text = (DOCS / "architecture.md").read_text()
    for part, path in re.findall(
        r"`(live|outside|newsroom|ingest|site|cli|demo|drill|conformance)/([\w/.]+)`", text
    ):
        assert (ROOT / "src/stoppress" / part / path).exists(), f"{part}/{path}"
    for part, path, name in re.findall(
        r"`(live|outside|newsroom|site|cli|demo|drill|conformance)/([\w/]+\.py)`,\s+`(\w+)`", text
    ):
        source = (ROOT / "src/stoppress" / part / path).read_text()
        assert re.search(rf"\b(?:def|class) {name}\b", source), f"{part}/{path} has no {name}"


def test_the_architecture_page_names_every_package():
    text = (DOCS / "architecture.md").read_text()
    package = ROOT / "src/stoppress"
    for file in package.rglob("__init__.py"):
        place = file.parent.relative_to(package)
        name = f"`{place.as_posix()}/`" if len(place.parts) > 1 else f"`stoppress.{place.name}`"
        if place.name not in {"", "commands"}:
            assert name in text, name


def test_the_readmes_code_is_the_examples_code():
    readme = (ROOT / "README.md").read_text()
    blocks = re.findall(r"```(?:python|html)\n(.*?)```", readme, re.S)
    scoreboard = ROOT / "example/scoreboard"
    sources = [*scoreboard.glob("*.py"), *scoreboard.glob("templates/*")]
    known = {line.strip() for path in sources for line in path.read_text().splitlines()}
    assert blocks
    for block in blocks:
        for line in block.splitlines():
            if line.strip() and not line.startswith(("#", "<!--")):
                assert line.strip() in known, line
