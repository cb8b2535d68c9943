"""What was wrong with a run: lost events, servers that failed or are missing, foreign load."""

import statistics
from collections.abc import Iterator
from typing import Any

from .stage import OURS, SERVERS

NOISY_CORES = 0.2


def each_sample(results: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give where each sample stands, whose it is, and the sample."""
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
    """Return in words what must not be: a server of ours, or the floor, that failed or lost."""
    return [*_wrong(results, {*OURS, "sendloop", ""})]


def peer_faults(results: dict[str, Any]) -> list[str]:
    """Return what went wrong with peers, which is their figure and no fault of ours."""
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
    """Return which servers are not on this machine, and why."""
    samples = each_sample(results)
    return {f"{name}: {one['missing']}" for _, name, one in samples if "missing" in one}


def noise(results: dict[str, Any]) -> list[str]:
    """Return in words how much others used of the machine, where it may have disturbed."""
    found = [one["foreign_cores"] for _, _, one in each_sample(results) if "foreign_cores" in one]
    loud = [one for one in found if one > NOISY_CORES]
    if not loud:
        return []
    return [
        f"in {len(loud)} of {len(found)} measurements others used more than {NOISY_CORES} cores "
        f"(median {statistics.median(found):.2f}, most {max(found):.2f})"
    ]
