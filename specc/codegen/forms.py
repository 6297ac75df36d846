"""A body that goes other ways for other inputs: what is in common once, the rest as conditions say.

A layer is followed for each form of its inputs: present or not, of some rank, of some sizes. Its
code is written for each; where these differ, code asks for what tells the forms apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from specc.catalog.rules import Specs, TensorSpec
from specc.codegen.families import Line
from specc.codegen.nodes import constant
from specc.codegen.problems import Refused
from specc.codegen.ways import chosen, text_of
from specc.ir import LayerBody
from specc.passes.inference import specs_of

MASK = "mask"


class Way(NamedTuple):
    """The statements for inputs of one form; an input that isn't given is absent."""

    given: Mapping[str, Specs]
    lines: Sequence[Line]


class Test(NamedTuple):
    """A condition, what holds where it doesn't, and for which ways it holds."""

    text: str
    negated: str
    holds: tuple[bool, ...]


def given_specs(body: LayerBody) -> dict[str, Specs]:
    """What a body was followed for, by the names of the inputs."""
    given = body.graph.inputs if isinstance(body.graph.inputs, dict) else {}
    return {name: specs_of(value, body.graph.specs) for name, value in given.items()}


def merged(ways: Sequence[Way], inputs: Sequence[str], sizes: bool = True) -> list[Line]:
    """The statements for inputs of all forms.

    Args:
        ways: The statements for each.
        inputs: The names of the inputs.
        sizes: Whether conditions may ask for sizes.

    Raises:
        Refused: nothing that code could ask for tells two of them apart.
    """
    if _count(ways) == 1:
        return list(ways[0].lines)
    tests = [test for test in _tests(ways, inputs, sizes) if len(set(test.holds)) > 1]
    if not tests:
        raise Refused("inputs of different forms, which no condition tells apart")
    best = min(tests, key=lambda test: sum(map(_count, _split(ways, test))))
    one, other = (merged(part, inputs, sizes) for part in _split(ways, best))
    return chosen(best.text, best.negated, one, other)


def _count(ways: Sequence[Way]) -> int:
    """How many of the ways differ."""
    return len({"\n".join(text_of(way.lines)) for way in ways})


def _split(ways: Sequence[Way], test: Test) -> tuple[list[Way], list[Way]]:
    pairs = list(zip(ways, test.holds, strict=True))
    return [way for way, holds in pairs if holds], [way for way, holds in pairs if not holds]


def _tests(ways: Sequence[Way], inputs: Sequence[str], sizes: bool) -> Iterator[Test]:
    for name in inputs:
        given = [way.given.get(name) for way in ways]
        absent = tuple(each is None for each in given)
        if any(absent):
            yield _of_presence(name, absent)
        elif all(isinstance(each, TensorSpec) for each in given):
            specs = [each for each in given if isinstance(each, TensorSpec)]
            yield from _of_ranks(name, specs)
            if sizes:
                yield from _of_sizes(name, specs)
        elif all(isinstance(each, list | tuple) for each in given):
            lengths = [len(each) for each in given if isinstance(each, list | tuple)]
            yield _equals(f"len({name})", lengths, lengths[0])


def _of_presence(name: str, absent: tuple[bool, ...]) -> Test:
    test = Test(f"{name} is None", f"{name} is not None", absent)
    if name != MASK:
        return test
    return Test(test.negated, test.text, tuple(not each for each in absent))


def _of_ranks(name: str, specs: Sequence[TensorSpec]) -> Iterator[Test]:
    ranks = [len(spec.shape) for spec in specs if spec.shape is not None]
    if len(ranks) == len(specs):
        for rank in sorted({*ranks}):
            yield _equals(f"len({name}.shape)", ranks, rank)


def _of_sizes(name: str, specs: Sequence[TensorSpec]) -> Iterator[Test]:
    shapes = [spec.shape for spec in specs if spec.shape is not None]
    if len(shapes) == len(specs) and len({len(shape) for shape in shapes}) == 1:
        for axis in range(1, len(shapes[0])):
            found = [shape[axis] for shape in shapes]
            for size in sorted({size for size in found if size is not None}):
                yield _equals(f"{name}.shape[{axis}]", found, size)
    dtypes = [spec.dtype for spec in specs]
    for dtype in dict.fromkeys(dtypes):
        if dtype is not None:
            yield _equals(f"keras.backend.standardize_dtype({name}.dtype)", dtypes, dtype)


def _equals(code: str, values: Sequence[object], value: object) -> Test:
    words = ("is", "is not") if value is None else ("==", "!=")
    one, other = (f"{code} {word} {constant(value)}" for word in words)
    return Test(one, other, tuple(each == value for each in values))
