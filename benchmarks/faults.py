"""The faults of a run: lost events, failed or missing servers, and other load on the machine."""

import statistics
from collections.abc import Iterator
from typing import Any

from .stage import OURS, SERVERS

NOISY_CORES = 0.2


def each_sample(results: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each sample with its place (round and measurement) and its server."""
    for turn, measured in enumerate(results["rounds"], start=1):
        parts = {name: part for name, part in measured.items() if name != "seconds"}
        recipe = parts.pop("recipe", {})
        parts |= {f"recipe.{part}": servers for part, servers in recipe.items()}
        for place, servers in parts.items():
            if "failed" in servers:
                yield f"round {turn}, {place}", "", servers
                continue
            for server, sample in servers.items():
                yield f"round {turn}, {place}", server, sample


def faults(results: dict[str, Any]) -> list[str]:
    """Return the faults of our servers and of the C loop, in words."""
    return [*_wrong(results, {*OURS, "sendloop", ""})]


def peer_faults(results: dict[str, Any]) -> list[str]:
    """Return the faults of the peers, in words; they do not make the run fail."""
    return [*_wrong(results, set(SERVERS) - {*OURS, "sendloop"})]


def _wrong(results: dict[str, Any], servers: set[str]) -> Iterator[str]:
    for place, server, sample in each_sample(results):
        if server not in servers:
            continue
        if "failed" in sample:
            yield f"{place}, {server or 'all'}: failed: {sample['failed']}"
        for words in [*sample.get("faults", ()), *sample.get("faults_ticking", ())]:
            yield f"{place}, {server}: {words}"
        for pair in sample.get("pairs", ()):
            for side in ("with", "without"):
                for words in pair[side]["faults"]:
                    yield f"{place}, {server}, {side} a reader that never reads: {words}"


def missing(results: dict[str, Any]) -> set[str]:
    """Return the servers that are missing on this machine, each with the reason."""
    samples = each_sample(results)
    return {f"{name}: {one['missing']}" for _, name, one in samples if "missing" in one}


def noise(results: dict[str, Any]) -> list[str]:
    """Return in words how much CPU other programs used, if it may have disturbed the figures."""
    found = [one["foreign_cores"] for _, _, one in each_sample(results) if "foreign_cores" in one]
    loud = [one for one in found if one > NOISY_CORES]
    if not loud:
        return []
    return [
        f"in {len(loud)} of {len(found)} measurements others used more than {NOISY_CORES} cores "
        f"(median {statistics.median(found):.2f}, most {max(found):.2f})"
    ]
