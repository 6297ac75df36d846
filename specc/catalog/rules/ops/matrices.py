"""Functions of matrices: diagonals, decompositions, systems of equations."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import product
from specc.catalog.rules.ops.dtypes import INT32, SAME, SMALL, of
from specc.catalog.rules.ops.linear import both, without
from specc.catalog.rules.ops.values import CannotTell, Values, gives, gives_all, same_size, size_in
from specc.catalog.rules.registry import RuleError
from specc.catalog.rules.tensor_spec import Shape, Size, Specs, TensorSpec, show_shape


@gives(of("x", SMALL), "trace")
def trace(a: Values) -> Shape:
    """The sum of a diagonal, without its two axes."""
    shape = a.tensor("x")
    first, second = a.axis("axis1", len(shape)), a.axis("axis2", len(shape))
    if first == second:
        raise RuleError("needs two different axes", argument="axis2")
    return without(shape, [first, second])


@gives(SAME, "diagonal")
def diagonal(a: Values) -> Shape:
    """A diagonal stands last, instead of its two axes."""
    shape = a.tensor("x")
    if len(shape) < 2:
        raise RuleError(f"needs an input of rank 2 or more, not {show_shape(shape)}")
    first, second = a.axis("axis1", len(shape)), a.axis("axis2", len(shape))
    if first == second:
        raise CannotTell
    length = _diagonal(shape[first], shape[second], size_in(a["offset"]))
    return (*without(shape, [first, second]), length)


def _diagonal(rows: Size, columns: Size, offset: Size) -> Size:
    if rows is None or columns is None or offset is None:
        return None
    left = columns - offset if offset > 0 else rows + offset
    return max(0, min(left, rows, columns))


@gives(SAME, "diag")
def diag(a: Values) -> Shape:
    """A matrix of a vector, or the diagonal of a matrix."""
    shape, offset = a.tensor("x"), size_in(a["k"])
    if len(shape) == 1:
        return _square(shape[0], offset)
    if len(shape) != 2:
        raise RuleError(f"needs an input of rank 1 or 2, not {show_shape(shape)}")
    return (_diagonal(shape[0], shape[1], offset),)


@gives(SAME, "diagflat")
def diagflat(a: Values) -> Shape:
    """A matrix with all values on a diagonal."""
    return _square(product(a.tensor("x")), size_in(a["k"]))


def _square(size: Size, offset: Size) -> Shape:
    side = None if size is None or offset is None else size + abs(offset)
    return (side, side)


def _matrices(a: Values, name: str = "x") -> Shape:
    shape = a.tensor(name)
    if len(shape) < 2:
        raise RuleError(f"needs matrices, not {show_shape(shape)}")
    return shape


def _squares(a: Values, name: str = "x") -> Shape:
    shape = _matrices(a, name)
    if not same_size(shape[-2], shape[-1]):
        raise RuleError(f"needs square matrices, not {show_shape(shape)}")
    return shape


@gives(SAME, "cholesky cholesky_inverse inv")
def square(a: Values) -> Shape:
    """Square matrices of square matrices."""
    return _squares(a)


@gives(SAME, "det")
def det(a: Values) -> Shape:
    """A number for each square matrix."""
    return _squares(a)[:-2]


@gives(INT32, "matrix_rank")
def matrix_rank(a: Values) -> Shape:
    """A number for each matrix."""
    return _matrices(a)[:-2]


@gives(SAME, "logdet")
def logdet(a: Values) -> Shape:
    """A number for each matrix; Keras checks nothing."""
    shape = a.tensor("x")
    if len(shape) < 2:
        raise CannotTell
    return shape[:-2]


@gives_all("slogdet")
def slogdet(a: Values) -> Specs:
    """Sign and logarithm; of a batch Keras doesn't say the sign's shape right."""
    shape = a.tensor("x")
    if len(shape) != 2:
        raise CannotTell
    return (TensorSpec((), a.dtype()), TensorSpec((), a.dtype()))


@gives_all("eigh")
def eigh(a: Values) -> Specs:
    """Eigenvalues and eigenvectors."""
    shape = _squares(a)
    return (TensorSpec(shape[:-1], a.dtype()), TensorSpec(shape, a.dtype()))


@gives_all("eig")
def eig(a: Values) -> Specs:
    """The same; they are complex, which Keras doesn't say."""
    shape = _squares(a)
    return (TensorSpec(shape[:-1], None), TensorSpec(shape, None))


@gives(SAME, "pinv")
def pinv(a: Values) -> Shape:
    """Rows and columns change places."""
    *batch, rows, columns = _matrices(a)
    return (*batch, columns, rows)


@gives_all("lu_factor")
def lu_factor(a: Values) -> Specs:
    """The factors in one matrix, and pivots, which are integers, as Keras doesn't say."""
    shape = _matrices(a)
    return (TensorSpec(shape, a.dtype()), TensorSpec((*shape[:-2], _shorter(shape)), None))


def _shorter(shape: Shape) -> int:
    rows, columns = shape[-2:]
    if rows is None or columns is None:
        raise CannotTell
    return min(rows, columns)


@gives_all("qr")
def qr(a: Values) -> Specs:
    """Two factors, in mode `complete` with all columns of the first."""
    *batch, rows, columns = shape = _matrices(a)
    shorter = _shorter(shape)
    inner = shorter if a["mode"] == "reduced" else rows
    dtype = a.dtype()
    return (TensorSpec((*batch, rows, inner), dtype), TensorSpec((*batch, inner, columns), dtype))


@gives_all("svd")
def svd(a: Values) -> Specs:
    """Left vectors, singular values, right vectors; or the values alone."""
    *batch, rows, columns = shape = _matrices(a)
    least, dtype = _shorter(shape), a.dtype()
    values = TensorSpec((*batch, least), dtype)
    if not a["compute_uv"]:
        return values
    full = bool(a["full_matrices"])
    left = TensorSpec((*batch, rows, rows if full else least), dtype)
    return (left, values, TensorSpec((*batch, columns if full else least, columns), dtype))


@gives(of("b"), "solve solve_triangular")
def solve(a: Values) -> Shape:
    """The shape of the right side."""
    left, right = _squares(a, "a"), a.tensor("b")
    if not right:
        raise RuleError("needs a right side of rank 1 or more, not []")
    if len(left) == len(right):
        pair = (left[-2], right[-2])
    elif len(left) == len(right) - 1:
        pair = (left[-1], right[-1])
    else:
        return right
    if not same_size(*pair):
        raise RuleError(f"can't solve {both(left, right)}")
    return right


@gives(of("a"), "lstsq")
def lstsq(a: Values) -> Shape:
    """The unknowns, one for each column."""
    left, right = a.tensor("a"), a.tensor("b")
    if len(left) != 2 or len(right) not in (1, 2):
        raise RuleError(f"needs a matrix and a vector or matrix, not {both(left, right)}")
    if not same_size(left[0], right[0]):
        raise RuleError(f"can't solve {both(left, right)}: their first sizes differ")
    return (left[1], *right[1:])
