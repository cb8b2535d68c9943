"""Run the benchmarks one after another, and write `benchmarks/results/latest.json`."""

import argparse
import json
import os
import platform
from datetime import UTC, datetime
from pathlib import Path

from . import publish_to_page

RESULTS = Path(__file__).parent / "results"
BENCHMARKS = {"publish_to_page": publish_to_page.run}


def main() -> None:
    """Run all benchmarks, or those that are named."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    results: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": os.getloadavg()[0],
    }
    for name in names:
        print(f"{name} …", flush=True)
        results[name] = BENCHMARKS[name]()
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / "latest.json"
    path.write_text(json.dumps(results, indent=2) + "\n")
    print(f"written to {path.relative_to(Path.cwd())}")


if __name__ == "__main__":
    main()
