"""The alerts and the dashboard ask for what a server tells, and say what to do."""

import json
import re
import subprocess
import urllib.request
from itertools import combinations
from pathlib import Path

import pytest
import yaml
from prometheus_client import Counter
from prometheus_client.metrics import MetricWrapperBase as MetricBase
from prometheus_client.parser import text_string_to_metric_families
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from stoppress.live import metrics as live_metrics
from stoppress.live.protocol.refusals import TOO_MUCH, overloaded
from stoppress.site.web import metrics as site_metrics
from tests.links import anchors
from tests.services import programs
from tests.services.serve import Server

DOCS = Path(__file__).parents[2] / "docs"
FILES = DOCS / "operations"
ALERTS, CASES = FILES / "alerts.yml", FILES / "alerts.test.yml"
RULES = [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]
DASHBOARD = json.loads((FILES / "dashboard.json").read_text())
PANELS = DASHBOARD["panels"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]

# What Prometheus adds to all that it reads.
OF_PROMETHEUS = {"job", "instance"}
# They are counted only when a relay has come back, or the database was away.
NOT_YET_COUNTED = {"stoppress_relay_reconnects_total", "stoppress_looks_failed_total"}


def metrics_of(query: str) -> set[str]:
    """Return the metrics that a query names, but for `up`, which is Prometheus's own."""
    return set(re.findall(r"\b(?:stoppress|process)_\w+", re.sub(r'"[^"]*"', "", query)))


def labels_of(query: str) -> set[str]:
    """Return the labels that a query compares, or sums by."""
    compared = re.findall(r'(\w+)(?:=~|!~|!=|=)"', query)
    summed = ", ".join(re.findall(r"\bby \(([^)]*)\)", query))
    return {*compared, *re.findall(r"\w+", summed)} - OF_PROMETHEUS


def declared_labels() -> dict[str, set[str]]:
    """Return the labels that the code gives to each metric."""
    modules = (vars(live_metrics), vars(site_metrics))
    found = [one for module in modules for one in module.values() if isinstance(one, MetricBase)]
    return {
        one._name + ("_total" if isinstance(one, Counter) else ""): set(one._labelnames)
        for one in found
    }


def told_by(server: Server) -> dict[str, set[str]]:
    """Return the metrics of a server with their labels, once readers have come and gone."""
    ask(server, "/")
    with reader_of(server, "no-such-stream") as refused, pytest.raises(ConnectionClosed):
        refused.recv(timeout=10)
    with reader_of(server, "news") as reader, pytest.raises(ConnectionClosed):
        while json.loads(reader.recv(timeout=10))["type"] != "live":
            pass
        reader.send("x" * 5000)  # too long: the server closes
        reader.recv(timeout=10)
    families = text_string_to_metric_families(ask(server, "/metrics"))
    return {one.name: set(one.labels) for family in families for one in family.samples}


def reader_of(server: Server, stream: str) -> ClientConnection:
    address = f"{server.ws_url}/live/ws?stream={stream}"
    return connect(address, subprotocols=["stoppress.v1"], proxy=None)


def ask(server: Server, path: str) -> str:
    with urllib.request.urlopen(f"{server.url}{path}", timeout=10) as answer:
        return str(answer.read().decode())


@pytest.mark.backend("postgres")  # on SQLite there are no clocks to compare
def test_a_real_server_exports_every_metric_and_label_that_the_alerts_query(serve):
    told = told_by(serve())
    assert {name: labels for name, labels in declared_labels().items() if name in told} == {
        name: labels for name, labels in told.items() if name in declared_labels()
    }
    told |= {name: declared_labels()[name] for name in NOT_YET_COUNTED}
    for query in (*(rule["expr"] for rule in RULES), *QUERIES):
        named = metrics_of(query)
        assert named or "up{" in query, query
        assert named <= set(told), query
        assert labels_of(query) <= set().union(*(told[name] for name in named)), query


def test_the_metrics_and_labels_of_a_query_are_found():
    query = 'sum by (job, le) (rate(stoppress_news_bucket{kind=~"a|b"}[5m])) / process_max_fds'
    assert metrics_of(query) == {"stoppress_news_bucket", "process_max_fds"}
    assert labels_of(query) == {"le", "kind"}


def test_the_alerts_on_refusals_name_the_codes_of_a_full_server_and_of_a_limit():
    codes = re.findall(r'code="(\d+)"', " ".join(rule["expr"] for rule in RULES))
    assert set(codes) == {str(overloaded().code), str(TOO_MUCH)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_has_a_delay_and_an_instruction(rule):
    assert re.fullmatch(r"\d+[sm]", rule["for"])
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert set(rule["annotations"]) == {"summary", "description", "section"}
    page, _, heading = rule["annotations"]["section"].partition("#")
    assert heading in anchors(DOCS / page)


def test_every_alert_has_a_case_and_a_line_in_the_documentation():
    cases, page = CASES.read_text(), (DOCS / "operations.md").read_text()
    for rule in RULES:
        assert re.search(rf"\b{rule['alert']}\b", cases), rule["alert"]
    assert "(operations/alerts.yml)" in page
    assert "(operations/dashboard.json)" in page


def test_every_panel_of_the_dashboard_has_its_place_and_its_words():
    assert DASHBOARD["schemaVersion"] >= 39  # Grafana 10.4
    assert len({panel["id"] for panel in PANELS}) == len(PANELS) > 10
    squares = []
    for panel in PANELS:
        assert panel["type"] in {"stat", "timeseries"}
        assert panel["title"]
        assert panel["description"].endswith(".")
        at = panel["gridPos"]
        assert at["x"] + at["w"] <= 24  # what Grafana divides its width into
        columns = range(at["x"], at["x"] + at["w"])
        squares.append({(x, at["y"] + y) for x in columns for y in range(at["h"])})
        for target in panel["targets"]:
            assert target["datasource"] == panel["datasource"]
            assert 'job="$job"' in target["expr"]
    assert not any(one & other for one, other in combinations(squares, 2))


# Prometheus's own program is not on every machine: where it is, it reads the files too.
if programs.promtool():

    def promtool(*words: str | Path) -> str:
        """Run promtool; return what it printed."""
        command = [programs.promtool(), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def test_prometheus_accepts_the_alerts_and_fires_them_in_the_right_cases():
        assert f"{len(RULES)} rules found" in promtool("check", "rules", ALERTS)
        assert "SUCCESS" in promtool("test", "rules", CASES)

    def test_prometheus_accepts_every_query_of_the_dashboard(tmp_path):
        rules = [
            {"record": f"panel:{number}", "expr": query.replace("$__rate_interval", "1m")}
            for number, query in enumerate(QUERIES)
        ]
        file = tmp_path / "panels.yml"
        file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))
        assert f"{len(QUERIES)} rules found" in promtool("check", "rules", file)
