"""The rules of functions of `keras.ops` against Keras, over drawn shapes and arguments."""

import pytest
from hypothesis import strategies as st

from specc.catalog import find_op
from specc.catalog.rules import OP_RULES, RuleError, TensorSpec, infer_op
from tests.catalog.rules.op_draws import AXES, DTYPES, FLOATS, NUMBERS, SHAPES, SIZES, TENSORS


@pytest.fixture(scope="module")
def agree(op_harness):
    return op_harness.agree


@pytest.mark.parametrize(
    "name", ["add", "multiply", "divide", "power", "mod", "equal", "logical_and", "arctan2", "gcd"]
)
def test_broadcasting(draws, agree, name):
    @draws(x1=TENSORS | NUMBERS, x2=TENSORS)
    def check(arguments):
        agree(name, arguments)
        agree(name, {"x1": arguments["x2"], "x2": arguments["x1"]})

    check()


def test_where(draws, agree):
    @draws(condition=st.builds(TensorSpec, SHAPES, st.just("bool")), x1=TENSORS, x2=TENSORS)
    def check(arguments):
        agree("where", arguments)

    check()


@pytest.mark.parametrize("name", ["heaviside", "hypot", "bitwise_and", "left_shift"])
def test_two_tensors(draws, agree, name):
    first, second = (each.name for each in find_op(name).parameters[:2])

    @draws(15, **{first: TENSORS, second: TENSORS})
    def check(arguments):
        agree(name, arguments, known=False)

    check()


REDUCTIONS = ("sum", "mean", "max", "any", "argmax", "prod", "var", "std", "median", "logsumexp")


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(draws, agree, name):
    several = st.lists(AXES, max_size=3, unique=True).map(tuple)
    axis = st.none() | AXES if name == "argmax" else st.none() | AXES | several

    @draws(15, x=TENSORS, axis=axis, keepdims=st.booleans())
    def check(arguments):
        agree(name, arguments, known=False)

    check()


@pytest.mark.parametrize(
    ("shape", "arguments", "expected"),
    [
        ((None, 4, 8), {"axis": 1}, (None, 8)),
        ((None, 4, 8), {"axis": (1, -1), "keepdims": True}, (None, 1, 1)),
        ((None, 4, 8), {}, ()),
        ((None, 4, 8), {"axis": []}, (None, 4, 8)),
    ],
)
def test_sums(agree, shape, arguments, expected):
    assert agree("sum", {"x": TensorSpec(shape), **arguments}) == TensorSpec(expected)


def test_matmul(draws, agree):
    @draws(60, x1=TENSORS, x2=TENSORS)
    def check(arguments):
        agree("matmul", arguments)

    check()


@pytest.mark.parametrize("name", ["dot", "inner", "outer", "vdot", "kron"])
def test_products(draws, agree, name):
    @draws(x1=TENSORS, x2=TENSORS)
    def check(arguments):
        agree(name, arguments, known=False)

    check()


@pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")
@pytest.mark.parametrize("axes", [0, 1, 2, [[1], [0]], [[0, -1], [1, 0]], [[0], [0, 1]]])
def test_tensordot(draws, agree, axes):
    @draws(15, x1=FLOATS, x2=FLOATS)
    def check(arguments):
        agree("tensordot", {**arguments, "axes": axes}, known=False)

    check()


@st.composite
def einsums(draw):
    """Subscripts and operands that fit them, at times with a size or a rank that doesn't."""
    letters = st.text("ijk", max_size=3)
    parts = draw(st.lists(letters, min_size=1, max_size=3))
    dots = draw(st.lists(st.booleans(), min_size=len(parts), max_size=len(parts)))
    places = [draw(st.integers(0, len(part))) for part in parts]
    sizes = {letter: draw(SIZES) for letter in "ijk"}
    inputs, operands = [], []
    for part, dotted, place in zip(parts, dots, places, strict=True):
        wild = draw(st.lists(SIZES, max_size=2)) if dotted else []
        shape = [sizes[letter] for letter in part]
        shape[place:place] = wild
        if draw(st.integers(0, 9)) == 0:
            shape.append(draw(SIZES))
        inputs.append(part[:place] + "..." * dotted + part[place:])
        operands.append(TensorSpec(tuple(shape), draw(DTYPES)))
    output = draw(st.text("ijk", max_size=3)) + draw(st.sampled_from(["", "..."]))
    arrow = draw(st.booleans())
    return {"subscripts": ",".join(inputs) + ("->" + output) * arrow, "operands": operands}


def test_einsum(draws, agree):
    @draws(80, call=einsums())
    def check(arguments):
        agree("einsum", arguments["call"], known=False)

    check()


@pytest.mark.parametrize(
    ("subscripts", "shapes", "expected"),
    [
        ("bij,bjk->bik", [(None, 4, 8), (None, 8, 2)], (None, 4, 2)),
        ("...ij,jk->...ik", [(None, 3, 4, 8), (8, 2)], (None, 3, 4, 2)),
        ("bqhd,bkhd->bhqk", [(None, 5, 2, 8), (None, 7, 2, 8)], (None, 2, 5, 7)),
        ("ij,jk", [(3, 4), (4, 5)], (3, 5)),
        ("ii->i", [(3, 3)], (3,)),
        ("i,j->ij", [(None,), (2,)], (None, 2)),
    ],
)
def test_usual_einsums(agree, subscripts, shapes, expected):
    operands = [TensorSpec(shape) for shape in shapes]
    found = agree("einsum", {"subscripts": subscripts, "operands": operands})
    assert found == TensorSpec(expected)


def test_reshape(draws, agree):
    new = st.lists(st.sampled_from([-1, 1, 2, 3, 4, 6, 12, None, 0, -2]), max_size=4)

    @draws(60, x=FLOATS, newshape=new | new.map(tuple) | st.integers(-2, 12))
    def check(arguments):
        agree("reshape", arguments)

    def even(arguments):
        agree("reshape", arguments)

    check()
    whole = st.sampled_from([(2, 6), (12,), (3, 2, 2), (1, 12, 1)])
    draws(x=st.builds(TensorSpec, whole), newshape=whole | st.just((-1, 4)))(even)()


def test_a_shape_that_is_read_from_tensors():
    """In programs, a new shape may hold sizes that are computed."""
    size = TensorSpec((), "int32")
    x = TensorSpec((None, 4, 8))
    assert infer_op("reshape", {"x": x, "newshape": (size, 32)}) == TensorSpec((None, 32))
    assert infer_op("reshape", {"x": x, "newshape": TensorSpec((3,), "int32")}).shape == (None,) * 3
    assert infer_op("zeros", {"shape": [size, 8], "dtype": None}) == TensorSpec((None, 8))
    assert infer_op("arange", {"start": size, "dtype": None}) == TensorSpec((None,), "int32")


KEYS = st.one_of(
    st.integers(-4, 3), st.none(), st.just(...),
    st.builds(slice, *[st.none() | st.integers(-5, 5)] * 2, st.sampled_from([None, 1, 2, -1])),
)  # fmt: skip


def test_slicing(draws, agree):
    @draws(60, x=TENSORS, key=st.lists(KEYS, max_size=5).map(tuple) | st.integers(-4, 3))
    def check(arguments):
        agree("get_item", arguments)

    check()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (0, (4, 8)),
        ((slice(None), -1), (None, 8)),
        ((..., None), (None, 4, 8, 1)),
        ((..., slice(0, 3)), (None, 4, 3)),
        ((slice(None), slice(None, None, 2), slice(1, -1)), (None, 2, 6)),
        ((None, ..., 0), (1, None, 4)),
        (slice(1, None), (None, 4, 8)),
        ((slice(None), slice(0, TensorSpec((), "int32"))), (None, None, 8)),
        (TensorSpec((2,), "int32"), None),
        ((slice(None), TensorSpec((), "int32")), None),
    ],
)
def test_usual_slices(key, expected):
    found = infer_op("get_item", {"x": TensorSpec((None, 4, 8)), "key": key})
    assert found == TensorSpec(expected)


@pytest.mark.parametrize(("name", "first"), [("concatenate", "xs"), ("stack", "x")])
def test_joining(draws, agree, name, first):
    sizes = st.sampled_from([1, 2, None])
    alike = st.integers(1, 3).flatmap(
        lambda rank: st.lists(
            st.builds(TensorSpec, st.tuples(*[sizes] * rank), DTYPES), min_size=1, max_size=3
        )
    )

    @draws(
        50, **{first: alike | st.lists(TENSORS, min_size=1, max_size=3), "axis": st.integers(-4, 3)}
    )
    def check(arguments):
        agree(name, arguments)

    check()


@pytest.mark.parametrize("name", ["hstack", "vstack", "dstack"])
def test_stacks(draws, agree, name):
    @draws(15, xs=st.lists(TENSORS, min_size=1, max_size=3))
    def check(arguments):
        agree(name, arguments, known=False)

    check()


@pytest.mark.parametrize("name", ["split", "hsplit", "vsplit", "dsplit", "array_split", "unstack"])
def test_splitting(draws, agree, name):
    sections = st.integers(0, 4) | st.lists(st.integers(0, 4), max_size=3)
    given_ = {"indices_or_sections": sections, "axis": AXES}
    if name == "unstack":
        given_ = {"num": st.none(), "axis": AXES}
    elif name[1:] == "split":
        given_.pop("axis")

    @draws(20, x=TENSORS, **given_)
    def check(arguments):
        agree(name, arguments, known=False)

    check()


REFUSED = [
    ("add", {"x1": (2, 3), "x2": (2, 4)}, "can't combine [2, 3] and [2, 4]"),
    ("matmul", {"x1": (2, 3), "x2": (2, 4)}, "can't multiply [2, 3] and [2, 4]"),
    (
        "concatenate",
        {"xs": [(None, 4, 8), (None, 5, 8)], "axis": 2},
        "can't join [null, 4, 8] and [null, 5, 8] along axis 2: they differ at axis 1 too",
    ),
    ("reshape", {"x": (2, 3), "newshape": [4, 2]}, "can't make [4, 2] of [2, 3]"),
    ("get_item", {"x": (2, 3), "key": 5}, "has no index 5 in an axis of size 2 of [2, 3]"),
    ("sum", {"x": (2, 3), "axis": 2}, "has no axis 2 in an input of rank 2"),
    ("split", {"x": (5,), "indices_or_sections": 2, "axis": 0}, "can't split axis 0 of [5] into 2"),
    ("transpose", {"x": (2, 3), "axes": [0, 0]}, "needs each axis of [2, 3] once, not [0, 0]"),
    ("squeeze", {"x": (2, 3), "axis": 0}, "can take away axes of size 1 only"),
    ("top_k", {"x": (), "k": 1}, "needs an input of rank 1 or more, not []"),
]


@pytest.mark.parametrize(("name", "arguments", "message"), REFUSED)
def test_what_is_refused_is_said_in_words(agree, name, arguments, message):
    def spec(value):
        if isinstance(value, list) and isinstance(value[0], tuple):
            return [TensorSpec(item) for item in value]
        return TensorSpec(value) if isinstance(value, tuple) else value

    given_ = {key: spec(value) for key, value in arguments.items()}
    agree(name, given_)
    with pytest.raises(RuleError) as caught:
        OP_RULES[name](given_)
    assert caught.value.message.startswith(message)
