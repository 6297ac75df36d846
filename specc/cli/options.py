"""The flags that commands share, each declared once."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from specc.caller import SEED_LIMIT
from specc.cli.parser import one_of

FORMATS = ("text", "json", "sarif", "github")


def add_output_flags(parser: argparse.ArgumentParser, formats: tuple[str, ...] = FORMATS) -> None:
    """`--format`, `--quiet` and `--no-color`."""
    parser.add_argument(
        "--format", type=one_of(*formats), default="text", metavar="|".join(formats),
        help="how results and problems are written (default: text)",
    )  # fmt: skip
    add_quiet_flags(parser)


def add_quiet_flags(parser: argparse.ArgumentParser) -> None:
    """`--quiet` and `--no-color`."""
    parser.add_argument(
        "-q", "--quiet", action="store_true", help="results and problems only: no notes, no summary"
    )
    parser.add_argument(
        "--no-color", action="store_true",
        help="no colours, which a pipe and the variable NO_COLOR turn off too",
    )  # fmt: skip


def add_choice_flags(parser: argparse.ArgumentParser) -> None:
    """`--variant`, `--set` and `--trust`."""
    parser.add_argument("--variant", metavar="NAME", help="one of the spec's `variants`")
    parser.add_argument(
        "--set", action=_GivenOnce, default=[], type=_setting, metavar="NAME=VALUE",
        help="a value for one of the spec's `params`; may be repeated for others",
    )  # fmt: skip
    parser.add_argument(
        "--trust", action="append", default=[], metavar="PACKAGE",
        help="a Python package that specs may import classes from; may be repeated",
    )  # fmt: skip


def add_input_flag(parser: argparse.ArgumentParser) -> None:
    """`--input`."""
    parser.add_argument(
        "--input", action=_GivenOnce, default=[], type=_setting, metavar="NAME=SHAPE",
        help="the shape of one of a layer's inputs, the batch first, as `x=[null,28,64]`; "
        "may be repeated for others",
    )  # fmt: skip


def add_build_flags(parser: argparse.ArgumentParser) -> None:
    """`--seed` and `--max-parameters`."""
    parser.add_argument(
        "--seed", type=_seed, metavar="N", help="makes the weights repeatable, bit for bit"
    )
    parser.add_argument(
        "--max-parameters", type=_count, metavar="N",
        help="more parameters are refused before any is allocated (default: 20_000_000_000)",
    )  # fmt: skip


def add_force_flag(parser: argparse.ArgumentParser) -> None:
    """`--force`."""
    parser.add_argument("--force", action="store_true", help="overwrite what exists")


def settings(args: argparse.Namespace) -> Mapping[str, str]:
    """The values of `--set` by name."""
    return _texts(args.set)


def given_inputs(args: argparse.Namespace) -> Mapping[str, str]:
    """The shapes of `--input` by name."""
    return _texts(args.input)


def _texts(given: list[tuple[str, str]]) -> Mapping[str, str]:
    from specc.passes.overrides import Setting

    return {name: Setting(text) for name, text in given}


class _GivenOnce(argparse.Action):
    """Collects names with values: each once, since two values for one can't both be meant."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Adds a name and its value.

        Raises:
            ArgumentError: the name has one.
        """
        given = getattr(namespace, self.dest)
        if values[0] in dict(given):
            raise argparse.ArgumentError(self, f"`{values[0]}` is set twice")
        setattr(namespace, self.dest, [*given, values])


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise argparse.ArgumentTypeError(f"`{text}` is not like `name=value`")
    return name, value


def _seed(text: str) -> int:
    seed = _count(text)
    if seed >= SEED_LIMIT:
        raise argparse.ArgumentTypeError(f"a seed is less than {SEED_LIMIT:,}, not {seed:,}")
    return seed


def _count(text: str) -> int:
    if not text.replace("_", "").isascii() or not text.replace("_", "").isdigit():
        raise argparse.ArgumentTypeError(f"`{text}` is not a whole number from 0")
    return int(text)
