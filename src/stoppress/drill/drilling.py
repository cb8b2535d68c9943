"""Run faults one after another, each on a stage of its own."""

import signal
import time
from collections.abc import Callable, Iterable, Iterator

from .backend import Backend
from .child import ChildError
from .faults import Fault
from .outcome import DidNotStrike, NotApplicable, Outcome
from .stage import Scale, Stage


def end_on_signals() -> None:
    """Make SIGTERM and SIGINT end a drill as Ctrl-C does, even in the background."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # The exception leaves the stage, which ends every process on it.
        signal.signal(number, signal.default_int_handler)


def drill(
    faults: Iterable[Fault],
    backend: Backend,
    scale: Scale,
    begun: Callable[[Fault], None] = lambda _: None,
) -> Iterator[Outcome]:
    """Run faults; yield the outcome of each as soon as it has run.

    Args:
        begun: called with each fault before it runs.
    """
    for fault in faults:
        begun(fault)
        yield run_fault(fault, backend, scale)


def run_fault(fault: Fault, backend: Backend, scale: Scale) -> Outcome:
    """Run one fault on a stage of its own; return the outcome."""
    outcome = Outcome(fault.number, fault.name, backend.name)
    begun = time.monotonic()
    try:
        with Stage(backend, scale, outcome) as stage:
            fault.run(stage)
    except NotApplicable as reason:
        outcome.verdict = "n/a"
        outcome.note(str(reason))
    except DidNotStrike as reason:
        outcome.fail(f"the fault did not really happen: {reason}")
    except (ChildError, OSError) as error:
        outcome.fail(str(error))
    outcome.took = round(time.monotonic() - begun, 1)
    return outcome
