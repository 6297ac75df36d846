"""Globs over keys, held against a slow reading of the same rules."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specc.diagnostics.suggest import nearest
from specc.globs import MAX_LENGTH, GlobError, nearest_glob, parse_glob, rewritten, selected


@pytest.mark.parametrize(
    ("glob", "covered", "not_covered"),
    [
        ("head", ["head", "head.kernel", "head.mlp.up.kernel"], ["header", "the.head"]),
        ("head.*", ["head.kernel", "head.up.kernel"], ["head", "headless.kernel"]),
        ("head.**", ["head", "head.kernel", "head.up.kernel"], ["header.kernel"]),
        ("**.attention", ["attention", "a.b.attention.query"], ["a.attention_1.query"]),
        ("**.attention.*", ["attention.query", "a.attention.key.bias"], ["attention"]),
        ("**.bias", ["bias", "a.b.bias"], ["a.b.kernel", "a.bias_1"]),
        ("block*.d*e", ["block12.dense.bias", "block.de"], ["block1.d", "blok.dense"]),
        ("a.**.z", ["a.z", "a.b.c.z.w"], ["a", "a.b", "z.a"]),
        ("a.**.b.**.c", ["a.b.c", "a.x.b.y.b.z.c"], ["a.c.b", "a.b.b"]),
        ("**", ["a", "a.b"], []),
        ("*", ["a", "a.b"], []),
        ("*.*", ["a.b", "a.b.c"], ["a"]),
        ("a*b*c", ["abc", "axbxbxc"], ["acb", "ab", "abcd"]),
    ],
)
def test_what_a_glob_covers(glob: str, covered: list[str], not_covered: list[str]) -> None:
    read = parse_glob(glob)
    assert [key for key in covered if not read.covers(key)] == []
    assert [key for key in not_covered if read.covers(key)] == []


def test_later_globs_win() -> None:
    globs = [parse_glob(text) for text in ("net.**", "!net.stage3.**", "net.stage3.*.bias")]
    keys = ["net.stage1.d.kernel", "net.stage3.d.kernel", "net.stage3.d.bias", "head.kernel"]
    assert [selected(globs, key) for key in keys] == [True, False, True, False]


NAMES = st.text("ab", min_size=1, max_size=3)
GLOBS = st.lists(st.one_of(st.just("**"), st.text("ab*", min_size=1, max_size=4)), min_size=1)


@given(
    GLOBS.filter(lambda names: all(n == "**" or "**" not in n for n in names)),
    st.lists(NAMES, min_size=1, max_size=6),
)
def test_it_is_what_a_regular_expression_says(names: list[str], key: list[str]) -> None:
    """The expression may backtrack; ours may not, and must find the same."""
    glob = parse_glob(".".join(names))
    parts = [
        r"(?:[ab]+\.)*" if name == "**" else name.replace("*", "[ab]*") + r"\."
        for name in glob.names
    ]
    expected = re.match("".join(parts), ".".join(key) + ".") is not None
    assert glob.covers(".".join(key)) == expected


@given(GLOBS.map(".".join), st.lists(NAMES, min_size=1, max_size=6).map(".".join))
def test_a_glob_rewritten_to_itself_changes_nothing(text: str, key: str) -> None:
    try:
        glob = parse_glob(text)
    except GlobError:
        return
    assert rewritten(glob, glob, key) == (key if glob.covers(key) else None)


@pytest.mark.parametrize(
    ("source", "target", "key", "expected"),
    [
        ("enc.dense", "encoder.proj", "enc.dense.kernel", "encoder.proj.kernel"),
        ("enc", "a.b", "enc", "a.b"),
        ("enc.**", "encoder.**", "enc.a.kernel", "encoder.a.kernel"),
        ("block*.d", "stage.b*.dense", "block12.d.bias", "stage.b12.dense.bias"),
        ("**.gamma", "**.scale", "a.b.gamma", "a.b.scale"),
        ("**.gamma", "**.scale", "gamma", "scale"),
        ("enc", "a", "encoder.kernel", None),
    ],
)
def test_keys_are_rewritten(source: str, target: str, key: str, expected: str | None) -> None:
    assert rewritten(parse_glob(source), parse_glob(target), key) == expected


@pytest.mark.parametrize(
    "text",
    ["", "!", ".a", "a.", "a..b", "a**", "***", "a.[bc]", "a?", "{a,b}", "a\\.b"],
)
def test_what_is_no_glob(text: str) -> None:
    with pytest.raises(GlobError):
        parse_glob(text)


def test_a_glob_is_bounded() -> None:
    parse_glob("a" * MAX_LENGTH)
    with pytest.raises(GlobError, match="500"):
        parse_glob("a" * (MAX_LENGTH + 1))


@pytest.mark.parametrize(
    "text", ["*a" * 240 + "b", "**.a." * 99 + "b", "*." * 240 + "b", "**.*a*a*a*b." * 40 + "b"]
)
def test_hostile_globs_are_quick(text: str) -> None:
    glob = parse_glob(text)
    keys = ["a" * 10_000, ".".join(["a"] * 1_000), ".".join(["aaaa" * 10] * 100)]
    start = time.perf_counter()
    assert not any(glob.covers(key) for key in keys)
    assert time.perf_counter() - start < 1


def test_what_was_meant() -> None:
    keys = ["backbone.stage1.conv.kernel", "head.bias"]
    offers = {
        "bakcbone.**": "backbone.**",
        "!backbone.stag1": "!backbone.stage1",
        "**.convv.kernel": "**.conv.kernel",
        "quite.other": None,
        "head.kernel": None,
    }
    for text, expected in offers.items():
        assert nearest_glob(parse_glob(text), keys, nearest) == expected


def test_wildcards_are_told_in_order() -> None:
    texts = ["a*b*.**.c", "a.b", "**"]
    assert [parse_glob(text).wildcards for text in texts] == [("*", "*", "**"), (), ("**",)]
