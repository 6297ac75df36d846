"""The flags of commands that take weight files: each file, and the rules that follow it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from specc.cli.parser import UsageError

if TYPE_CHECKING:
    from specc.api.deployments import Deployed
    from specc.spec import Spec

ONCE = ("match", "mapping")
PAIRS = ("rename", "transpose")


def add_weight_flags(parser: argparse.ArgumentParser) -> None:
    """`--weights`, the rules for the file that stands before them, and what holds for all."""
    parser.add_argument(
        "-w", "--weights", dest="files", action=_File, default=[], metavar="FILE",
        help="a weight file of any format; may be repeated, later ones win; needed unless SPEC is "
        "a deployment",
    )  # fmt: skip
    rules = parser.add_argument_group("rules", "each for the --weights before it")
    for flag, metavar, text in (
        ("--select", "GLOB", "take these slots only"),
        ("--rename", "PATTERN=NAME", "change what tensors are called, by a regular expression"),
        ("--transpose", "GLOB=1,0", "turn the axes of these slots' tensors"),
        ("--cast", "GLOB", "let these slots' tensors change their dtype (`**`: all)"),
        ("--fresh", "GLOB", "start these slots fresh, though the file has them"),
        ("--ignore", "GLOB", "these tensors of the file aren't wanted"),
        ("--match", "names|structure", "by names, or by order and shape"),
        ("--mapping", "FILE", "the file is seen through this `mapping` document"),
    ):
        rules.add_argument(flag, action=_Rule, default=[], metavar=metavar, help=text)
    rules.add_argument(
        "--any-base", action=_Rule, nargs=0, default=[],
        help="a file that completes another may complete a different one",
    )  # fmt: skip
    parser.add_argument(
        "--non-trainable", choices=("require", "fresh"), default="require",
        help="what becomes of state that no file has (default: require)",
    )  # fmt: skip
    parser.add_argument(
        "--with",
        dest="with_",
        choices=("training",),
        help="the optimizer's state and generators too",
    )


def add_merge_flag(parser: argparse.ArgumentParser) -> None:
    """`--merge-lora`."""
    parser.add_argument(
        "--merge-lora", action="store_true",
        help="fold the spec's adapters into the weights that they change",
    )  # fmt: skip


def given_weights(args: argparse.Namespace, spec: Spec) -> Deployed:
    """The model that a spec or a deployment means, and its weight files.

    Raises:
        UsageError: there are none.
        SpeccError: the deployment, or the spec that it names, has errors.
    """
    from specc.api.deployments import deployed

    found = deployed(spec, args.files, args.non_trainable)
    if not found.weights:
        raise UsageError(f"specc {args.command}", "`--weights` is required")
    return found


class _File(argparse.Action):
    """A file, to which the rules that follow belong."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Adds a file without rules."""
        setattr(namespace, self.dest, [*getattr(namespace, self.dest), {"from": values}])


class _Rule(argparse.Action):
    """A rule for the latest file."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Adds it to the file's rules.

        Raises:
            ArgumentError: no file stands before it, or it isn't of its form.
        """
        files = namespace.files
        if not files:
            raise argparse.ArgumentError(self, "it belongs to a file: it stands after `--weights`")
        file = files[-1]
        if self.dest in ONCE:
            file[self.dest] = values
        elif self.dest == "any_base":
            file["any_base"] = True
        elif self.dest in PAIRS:
            name, value = self._pair(values)
            pairs = file.setdefault(self.dest, [] if self.dest == "rename" else {})
            if self.dest == "rename":
                pairs.append((name, value))
            else:
                pairs[name] = self._axes(value)
        else:
            file.setdefault(self.dest, []).append(values)

    def _pair(self, text: str) -> tuple[str, str]:
        name, equals, value = text.rpartition("=")
        if not equals or not name:
            raise argparse.ArgumentError(self, f"`{text}` is not like `{self.metavar}`")
        return name, value

    def _axes(self, text: str) -> list[int]:
        parts = text.split(",")
        if not all(part.strip().isdecimal() for part in parts):
            raise argparse.ArgumentError(self, f"`{text}` is no order of axes, such as `1,0`")
        return [int(part) for part in parts]
