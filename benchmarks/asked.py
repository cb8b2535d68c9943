"""The goals for Stop Press: the rows of the table, each with its figure's source and its limits."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .figures import Figure, Pick, figure, ratio

KIB, MIB = 1024, 1024 * 1024


@dataclass(frozen=True)
class Row:
    """One row of the table: a goal.

    Args:
        find: returns the figure of one of our servers from the results.
        limits: the limits of the portable path and of the fast path.
        least: the limit is a minimum, not a maximum.
        beside: the measurement and the peer in the ratio, if the peer may not deliver in time.
    """

    what: str
    find: Callable[[dict[str, Any], str], Figure | None]
    limits: tuple[float, float]
    form: str = "{:.2f} × g"
    least: bool = False
    beside: tuple[str, str] | None = None

    def asked(self, server: str) -> str:
        sign = "≥" if self.least else "≤"
        return f"{sign} {self.form.format(self.limit(server))}"

    def limit(self, server: str) -> float:
        return self.limits[0 if server == "portable" else 1]

    def met(self, server: str, found: Figure) -> bool:
        limit = self.limit(server)
        return found.middle >= limit if self.least else found.middle <= limit


def _of(place: str, pick: Pick) -> Callable[[dict[str, Any], str], Figure | None]:
    return lambda results, server: figure(results, place, server, pick)


def _to(other: str, place: str, pick: Pick) -> Callable[[dict[str, Any], str], Figure | None]:
    return lambda results, server: ratio(results, place, server, other, pick)


def _recipe(recipe: str, place: str, pick: Pick) -> Callable[[dict[str, Any], str], Figure | None]:
    """Return a function that finds the recipe's figure divided by ours."""
    return lambda results, server: ratio(results, place, recipe, server, pick)


def at(*path: str, scale: float = 1.0) -> Pick:
    """Return a function that takes a figure, or a list of figures, out of a sample."""

    def pick(sample: dict[str, Any]) -> Any:
        found: Any = sample
        for step in path:
            found = found[step]
        return [one * scale for one in found] if isinstance(found, list) else found * scale

    return pick


def _pair_ratio(sample: dict[str, Any]) -> list[float]:
    return [pair["with"]["p99_ms"] / pair["without"]["p99_ms"] for pair in sample["pairs"]]


def _pair_held(sample: dict[str, Any]) -> list[float]:
    return [(pair["with"]["grown"] - pair["without"]["grown"]) / MIB for pair in sample["pairs"]]


def _reads(sample: dict[str, Any]) -> float:
    # Without the reads of the stream heads, which happen each second with or without readers.
    return float(sum(count for kind, count in sample["reads"].items() if kind != "look"))


def _herd(sample: dict[str, Any]) -> list[float]:
    if not sample["nginx"]:
        return []  # it is not on this machine
    return [ours / file for ours, file in zip(sample["ours"], sample["nginx"], strict=True)]


def _p95(way: str) -> Pick:
    def pick(sample: dict[str, Any]) -> float:
        ordered = sorted(sample[f"{way}_ms"])
        return float(ordered[max(0, round(len(ordered) * 0.95) - 1)])

    return pick


def _herd_alike(results: dict[str, Any], server: str) -> Figure | None:
    """Return the fast server's figure for both: pages do not depend on the path of the sockets."""
    return figure(results, "herd", "fast", _herd)


def _newcomers(results: dict[str, Any], server: str) -> Figure | None:
    return figure(results, "herd", "fast", at("newcomers", "renders"))


CPU, LAST, BURST = at("cpu_us"), at("last_ms"), at("burst_per_second")
HOLD, IDLE, RESUMED = at("hold_ms"), at("applied", "share", scale=100), at("seconds")
MEMORY, CONNECTS = at("memory_per_reader", scale=1 / KIB), at("live_per_second")
HEALTHZ, PONGS = at("healthz_ms", "max"), at("pongs", "share", scale=100)
NOTHING = float("inf")
"""The limit of a row that is reported without a goal."""
NO_LIMITS = (NOTHING, NOTHING)

ROWS = (
    Row("CPU per delivered message", _to("sendloop", "fan_out", CPU), (3, 1.5)),
    Row("the same, to nchan", _to("nchan", "fan_out", CPU), (NOTHING, 1), "{:.2f} × nchan"),
    Row("publish to last reader", _to("sendloop", "fan_out", LAST), (3, 1.5)),
    Row("burst, messages/s", _to("sendloop", "fan_out", BURST), (0.3, 0.65), least=True),
    Row("memory per connection", _of("fan_out", MEMORY), (32, 4), "{:.1f} KiB"),
    Row("connects/s, until live", _of("fan_out", CONNECTS), (1500, 8000), "{:,.0f}", least=True),
    *(
        Row(
            f"{what}, {recipe} to ours",
            _recipe(recipe, place, pick),
            limits,
            "{:.0f} ×",
            least=True,
            beside=(place, recipe),
        )
        for what, place, pick, limits in (
            ("CPU at 1,000 readers", "recipe.cpu", CPU, (25, 45)),
            ("last of 5,000 readers", "recipe.last", LAST, (100, 250)),
        )
        for recipe in ("recipe-daphne", "recipe-uvicorn")
    ),
    Row("longest hold of the event loop", _of("hold", HOLD), (10, 10), "{:.1f} ms"),
    Row("the same, CPU of its thread alone", _of("hold", at("worked_ms")), NO_LIMITS, "{:.1f} ms"),
    Row("the same, worst answer of /healthz", _of("hold", HEALTHZ), NO_LIMITS, "{:.1f} ms"),
    Row("idle, share of a core", _of("idle", IDLE), (5, 2), "{:.1f} %"),
    Row("the same, with pongs alone", _of("idle", PONGS), NO_LIMITS, "{:.1f} %"),
    Row("one never reads: others' p99", _of("slow_reader", _pair_ratio), (1.25, 1.25), "{:.2f} ×"),
    Row("the same: held for it", _of("slow_reader", _pair_held), (1, 1), "{:.2f} MiB"),
    Row("all resume 50 events", _of("resume", RESUMED), (10, 10), "{:.1f} s"),
    Row("the same: database reads", _of("resume", _reads), (10, 10), "{:.0f}"),
    Row("front page to nginx's file", _herd_alike, (0.2, 0.2), "{:.2f} ×", least=True),
    Row("1,000 first-time readers: renders", _newcomers, (1, 1), "{:.0f}"),
    *(
        Row(
            f"publish to page, {way}, p95",
            _of("publish_to_page", _p95(way)),
            (250, 150),
            "{:.0f} ms",
        )
        for way in ("process", "api", "admin")
    ),
    *(
        Row(
            f"post to a live story's page, {way}, p95",
            _of("live_story", _p95(way)),
            (300, 300),
            "{:.0f} ms",
        )
        for way in ("process", "api")
    ),
)
