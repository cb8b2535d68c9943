"""The `stoppress` command: parses the arguments and runs a subcommand."""

import argparse
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from types import FrameType

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from stoppress.demo.command import run_demo
from stoppress.drill.options import add_options as add_drill_options
from stoppress.site import logs, serve_command, setup
from stoppress.site.background.process import new_worker
from stoppress.site.private_files import close_to_others, keep_to_owner, open_to_others
from stoppress.site.serving import leaving
from stoppress.site.serving.listening import CannotListen
from stoppress.site.serving.sighup import answer_sighup
from stoppress.site.serving.sudden_end import ENDING, end_at_once_by_signal

DESCRIPTION = "Live news for Django: publish once, and every open page shows it at once."
EPILOG = (
    "Every command can start on an empty data directory. "
    "docs/settings.md lists the environment variables."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return the exit status."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    keep_to_owner()
    try:
        if given[:1] == ["manage"]:
            return _manage(given[1:])
        options = _parser().parse_args(given)
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except ImproperlyConfigured as error:
        return _say(2, f"configuration error: {error}")
    except CannotListen as error:
        return _say(1, str(error))
    except OperationalError as error:
        return _say(1, f"the database cannot be used: {error}")
    except KeyboardInterrupt:
        return 130


def _say(status: int, what: str) -> int:
    logs.tell(" ".join(what.split()))
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("stoppress", description=DESCRIPTION, epilog=EPILOG)
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(name, help=about, description=about)
        added.set_defaults(run=run)
        return added

    demo = command("demo", _demo, "run the demo: the live newsroom of an invented town")
    demo.add_argument("--port", type=serve_command.port, default=8000)
    demo.add_argument("--data", metavar="DIR", help="data directory (default: STOPPRESS_DATA)")
    demo.add_argument("--pace", type=float, metavar="SECONDS", help="seconds between two steps")
    serve_command.add_options(command("serve", serve_command.run, "serve the site"))
    command("worker", _worker, "do the background work only, without serving")
    command("manage", _manage_help, "run any Django command")
    token = command("token", _token, "make an API token, and print it once")
    token.add_argument("name")
    token.add_argument(
        "--scope", action="append", metavar="S", help="read, write or publish (default: publish)"
    )
    token.add_argument("--days", metavar="N", help="days after which it expires (default: never)")
    tail = command(
        "tail", _later("stoppress.cli.tail:run"), "print a stream's events, one JSON line each"
    )
    tail.add_argument("url", nargs="?", default="http://127.0.0.1:8000/", metavar="URL")
    tail.add_argument("--stream", default="news", metavar="NAME")
    tail.add_argument("--from", dest="cursor", metavar="CURSOR", help="resume from a cursor")
    tail.add_argument(
        "--transport", choices=("auto", "ws", "sse", "poll"), default="auto", help="default: auto"
    )
    conform = command(
        "conform",
        _later("stoppress.conformance.command:run"),
        "check which rules of the protocol a server follows",
    )
    conform.add_argument("url", metavar="URL")
    conform.add_argument("--stream", action="append", metavar="NAME", help="default: news")
    conform.add_argument(
        "--seconds", type=float, default=0.0, metavar="N", help="how long to wait for events"
    )
    follow = command(
        "follow", _follow, "add an RSS or Atom feed, or another paper, as a source, and read it"
    )
    follow.add_argument("url", metavar="URL")
    follow.add_argument("--section", metavar="SLUG")
    follow.add_argument("--token-file", metavar="FILE", help="the other paper's token")
    follow.add_argument("--all", action="store_true", help="all that the other paper published")
    export = command("export", _export, "write the paper into a new file, which `import` reads")
    export.add_argument("file", metavar="FILE")
    what = export.add_mutually_exclusive_group()
    what.add_argument("--public", action="store_true", help="only what readers see")
    what.add_argument("--story", metavar="ID", help="a public story alone, as static files")
    take_in = command("import", _import, "import a paper from a file, whose content says its kind")
    take_in.add_argument("file", metavar="FILE")
    take_in.add_argument("--media", metavar="DIR", help="where the file's pictures are")
    take_in.add_argument("--dry-run", action="store_true", help="only read and check the file")
    add_drill_options(
        command(
            "drill",
            _later("stoppress.drill.command:run_drill"),
            "inject faults into a scratch deployment, and compare its readers with its log",
        )
    )
    command("doctor", _doctor, "report what is wrong with this installation")
    return parser


def _later(place: str) -> Callable[[argparse.Namespace], int]:
    """Return a command that imports and calls `module:function` when it runs.

    Such a command imports a client, which would double the start time of every other command.
    """

    def run(options: argparse.Namespace) -> int:
        module, _, name = place.partition(":")
        status: int = getattr(import_module(module), name)(options)
        return status

    return run


def _demo(options: argparse.Namespace) -> int:
    return run_demo(options.port, options.data, options.pace)


def _worker(options: argparse.Namespace) -> int:
    end_at_once_by_signal()
    logs.begin()
    answer_sighup("`stoppress worker` replaces nothing; restart it to update it")
    setup.prepare_to_serve()
    worker = new_worker()
    leaving.stand_by()

    def end(signum: int, frame: FrameType | None) -> None:
        end_at_once_by_signal()
        leaving.be_gone_within(leaving.WORKER_SECONDS)
        worker.end()

    for number in ENDING:
        signal.signal(number, end)
    worker.start()
    worker.wait()
    return 0


# Only on an existing installation: as cron jobs without STOPPRESS_DATA they would otherwise write a
# new, empty database each night.
_OF_WHAT_IS_THERE = {"backup", "export"}
# Commands that run without migrating the database first.
_UNPREPARED = {"", "help", "--help", "backup", "makemigrations", "restore", "showmigrations"}


def _manage(arguments: Sequence[str]) -> int:
    command = arguments[0] if arguments else ""
    missing = None if {"-h", "--help"} & set(arguments) else setup.missing()
    if missing and command in _OF_WHAT_IS_THERE:
        return _say(
            1,
            f"{command}: there is no installation in {missing}. Is this the environment that "
            "the site runs with (STOPPRESS_DATA, DATABASE_URL)?",
        )
    if missing and command not in _UNPREPARED:
        _say(
            0,
            f"a new installation begins in {missing}. If the site has one already, this is not the "
            "directory, or not the environment, that it runs with (STOPPRESS_DATA, DATABASE_URL).",
        )
    # To look, or to take an app's tables away: migrating first would make those of another again.
    unprepared = command == "migrate" and {"--plan", "--check", "zero"} & set(arguments)
    if command in _UNPREPARED or unprepared:
        setup.load()
        close_to_others()
    else:
        setup.prepare()
    execute_from_command_line(["stoppress manage", *arguments])
    return 0


def _manage_help(options: argparse.Namespace) -> int:
    return _manage([])


def _token(options: argparse.Namespace) -> int:
    scopes = [f"--scope={scope}" for scope in options.scope or ()]
    days = [f"--days={options.days}"] if options.days is not None else []
    return _manage(["token", *scopes, *days, "--", options.name])


def _follow(options: argparse.Namespace) -> int:
    section = ["--section", options.section] if options.section else []
    token = ["--token-file", options.token_file] if options.token_file is not None else []
    whole = ["--all"] if options.all else []
    return _manage(["follow", options.url, *section, *token, *whole])


def _export(options: argparse.Namespace) -> int:
    public = ["--public"] if options.public else []
    story = [f"--story={options.story}"] if options.story is not None else []
    return _manage(["export", *public, *story, "--", options.file])


def _import(options: argparse.Namespace) -> int:
    media = [f"--media={options.media}"] if options.media is not None else []
    dry_run = ["--dry-run"] if options.dry_run else []
    return _manage(["import", *media, *dry_run, "--", options.file])


def _doctor(options: argparse.Namespace) -> int:
    missing = setup.missing()
    setup.load()
    # Only report these files, and leave them as they are. Look before the database is opened, since
    # SQLite creates and deletes files beside it.
    opened = open_to_others()
    setup.prepare(close=False)
    # It imports models, which can be imported only once Django is loaded.
    from .doctor import examine

    return examine(missing is not None, opened)


if __name__ == "__main__":
    sys.exit(main())
