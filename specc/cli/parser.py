"""The argument parser: argparse, with offers for what was mistyped."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn, Protocol

from specc.diagnostics import did_you_mean

EPILOG = """\
exit codes: 0 done, 1 the input has problems, 2 wrong usage
"""


class UsageError(Exception):
    """The arguments make no sense; `hint` says what might."""

    def __init__(self, command: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.command = command
        self.hint = hint


class Command(Protocol):
    """What a module of `specc.cli.commands` offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declares the command's arguments."""

    def run(self, args: argparse.Namespace, console: Any) -> int:
        """Does it, and gives the exit code."""


class Parser(argparse.ArgumentParser):
    """A parser that raises instead of exiting, and that knows its flags."""

    def __init__(self, **kwargs: Any) -> None:
        self.flags: list[str] = []
        super().__init__(allow_abbrev=False, **kwargs)

    def add_argument(self, *names: Any, **kwargs: Any) -> argparse.Action:
        """Declares an argument."""
        self.flags += [name for name in names if name.startswith("--")]
        return super().add_argument(*names, **kwargs)

    def error(self, message: str) -> NoReturn:
        """Reports wrong usage.

        Raises:
            UsageError: always.
        """
        raise UsageError(self.prog, message)


def make_parser(commands: Mapping[str, Command]) -> Parser:
    """The parser of the program, with a parser of its own for each command."""
    parser = Parser(
        prog="specc",
        description="Compiles model specs, YAML kept in git, into Keras models.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"specc {_version()}")
    group = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=Parser
    )
    for name, command in commands.items():
        of_command = group.add_parser(
            name,
            help=command.HELP,
            description=(command.__doc__ or "").strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.add_arguments(of_command)
        of_command.set_defaults(parser=of_command)
    parser.set_defaults(parser=parser, names=tuple(commands))
    return parser


def parse(parser: Parser, argv: Sequence[str]) -> argparse.Namespace:
    """The arguments of a command line.

    Raises:
        UsageError: they make no sense.
    """
    names = parser.get_default("names")
    first = argv[0] if argv else ""
    if first and not first.startswith("-") and first not in names:
        hint = did_you_mean(first, names) or f"commands are {', '.join(names)}"
        raise UsageError("specc", f"there is no command `{first}`", hint)
    args, unknown = parser.parse_known_args(list(argv))
    if unknown:
        word = unknown[0].partition("=")[0]
        what = "flag" if word.startswith("-") else "argument"
        hint = did_you_mean(word, args.parser.flags)
        raise UsageError(args.parser.prog, f"there is no {what} `{word}`", hint)
    if args.command is None:
        raise UsageError("specc", "a command is missing", f"commands are {', '.join(names)}")
    return args


def one_of(*names: str) -> Callable[[str], str]:
    """The `type` of an argument that is one of a few words."""

    def word(text: str) -> str:
        if text not in names:
            hint = did_you_mean(text, names) or f"there are {', '.join(names)}"
            raise argparse.ArgumentTypeError(f"there is no `{text}`: {hint}")
        return text

    return word


def _version() -> str:
    from specc import __version__

    return __version__
