"""The command line. A command names the function that does it, imported only then: the short ones are quick."""
import argparse
import os
import signal
import sys
import tempfile
from pathlib import Path
from pkgutil import resolve_name

from press.book.nav import CONFIG
from press.book.sources import Problem, Refused
from press.cli.messages import say


def parser():
    """The commands and their options, each named as the parameter that takes it."""
    made = argparse.ArgumentParser(prog="press", description="Runs the listings of the book and builds its site.")
    commands = made.add_subparsers(required=True, metavar="command")

    def command(name, function, help, *arguments, **given):
        one = commands.add_parser(name, help=help, description=help)
        one.set_defaults(function=function, **given)
        for argument, settings in arguments:
            one.add_argument(argument, **settings)

    command(
        "build", "press.cli.build:build", "run what has no run, build, check, and put the result in place of site/",
        ("--into", {"default": "site", "help": "another folder than site/"}),
    )
    command("check", "press.cli.build:build", "the same, and publish nothing", publish=False)
    command(
        "serve", "press.cli.serve:serve", "show the site while you write; what you save is run, shown and checked",
        ("--address", {"default": "127.0.0.1:8000"}),
    )
    command("run", "press.cli.run:run", "run one listing, as the build does", ("file", {}))
    command("new", "press.cli.new:new", "write a chapter to begin with", ("chapter", {"metavar": "part/chapter"}))
    command(
        "frameworks", "press.cli.frameworks:run", "run the listings of other environments (torch, jax, keras)",
        ("names", {"nargs": "*", "help": "torch, jax, keras, or part/chapter/name; all of them without it"}),
        ("--all", {"action": "store_true", "dest": "everything", "help": "those with a fresh run too, to compare"}),
    )
    for name, help in ("seeds", "run listings under other seeds"), ("mutants", "change listings; a test must see it"):
        command(
            name, "press.trials.tries:attempt", f"{help}; without arguments, what evidence/ does not cover",
            ("names", {"nargs": "*", "metavar": "part/chapter/name.py"}),
            ("--changed", {"dest": "revision", "default": "", "metavar": "REV", "help": "what differs from a commit"}),
            ("--all", {"action": "store_true", "dest": "everything", "help": "what evidence/ covers too"}),
            kind=f"press.trials.{name}:{name.capitalize()}",
        )
    command("pdf", "press.cli.release:print_book", "print site/ as one book into build/; it needs Chromium")
    command(
        "release", "press.cli.release:release", "put cards into site/, and follow every address of the last release",
        ("previous", {"help": "the last release: its address, a folder, or a zip"}),
        ("--first", {"action": "store_true", "help": "there may be none yet"}),
    )
    return made


def main(arguments=None):
    """The command line. Returns the exit status: 0, or 1 where something must be mended; 130 or 143 after a signal."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    # Of child processes, and of the theme.
    os.environ |= {"PYTHONUTF8": "1", "OPENBLAS_NUM_THREADS": "1", "NO_MKDOCS_2_WARNING": "1"}
    if os.path.expanduser("~") == "~":   # nobody's home, as in some containers: Jupyter would not be imported
        os.environ["HOME"] = tempfile.gettempdir()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))   # by an exception, so that nothing is left behind
    options = vars(parser().parse_args(arguments))
    function = options.pop("function")
    try:
        _at_home(needs_project=function != "press.cli.run:run")
        if "kind" in options:
            options["kind"] = resolve_name(options["kind"])
        return resolve_name(function)(**options) or 0
    except KeyboardInterrupt:
        return 130
    except (Problem, Refused) as error:
        say(error if isinstance(error, Problem) else f"press: {error}", to=sys.stderr)
    except OSError as error:   # a full disk, a folder that may not be written
        published = "; nothing was published" if function.endswith(":build") else ""
        say(f"press: {error.filename or 'writing'}: {error.strerror or error}{published}", to=sys.stderr)
    return 1


def _at_home(needs_project):
    """Raise Refused where this folder is no project, or has another press: a copied .venv leads to its origin's."""
    own, this = Path("press/cli/main.py"), Path(__file__)
    if own.is_file() and not own.samefile(this):
        raise Refused(f"this is the press of {this.parents[2]}, not of this folder; `make site` sets up its own")
    if needs_project and not Path(CONFIG).is_file():
        raise Refused(f"there is no {CONFIG} here; run it at the top of the project")


if __name__ == "__main__":
    sys.exit(main())
