"""Tensors that don't fit one another, in merging layers and in expressions."""

from __future__ import annotations

from tests.shapes.wrong import Wrong

TENSORS = [
    Wrong(
        "Add of layers of other widths",
        """
        inputs: {x: {shape: [8]}}
        body:
          - {▹Dense: {units: 4}, name: a}
          - {▹Dense: {units: 6}, in: x, name: b}
          - {▸Add: , in: [a, b], name: sum}
        """,
        "Add can't broadcast [null, 4] and [null, 6]: sizes must be equal, or 1",
    ),
    Wrong(
        "Multiply of ranks that don't broadcast",
        """
        inputs: {a: ▹{shape: [3, 4]}, b: ▹{shape: [5, 3, 2]}}
        body:
          - {▸Multiply: , in: [a, b], name: product}
        """,
        "Multiply can't broadcast [null, 3, 4] and [null, 5, 3, 2]: sizes must be equal, or 1",
    ),
    Wrong(
        "x + y of other widths",
        """
        inputs: {a: {shape: [6]}, b: ▹{shape: [4]}}
        body:
          - {▹Dense: {units: 5}, in: a, name: d}
          - {expr: ▸d + b, name: sum}
        """,
        "`+` can't combine [null, 5] and [null, 4]",
    ),
    Wrong(
        "an operator in an expression that becomes a layer",
        """
        inputs: {a: ▹{shape: [4, 6]}}
        body:
          - ▸{expr: a * mask_of(a), name: kept}
        """,
        "`*` can't combine [null, 4, 6] and [null, 4]",
    ),
    Wrong(
        "Maximum, another size before the last",
        """
        inputs: {a: ▹{shape: [6, 1]}, b: ▹{shape: [4, 2]}}
        body:
          - {▸Maximum: , in: [a, b], name: most}
        """,
        "Maximum can't broadcast [null, 6, 1] and [null, 4, 2]: sizes must be equal, or 1",
    ),
    Wrong(
        "Concatenate of other sizes",
        """
        inputs: {a: ▹{shape: [6, 3]}, b: ▹{shape: [4, 3]}}
        body:
          - {▸Concatenate: , in: [a, b], name: joined}
        """,
        "Concatenate can't join [null, 6, 3] and [null, 4, 3] along axis 2: 4 and 6 "
        "differ on axis 1",
    ),
    Wrong(
        "Concatenate along an axis that isn't there",
        """
        inputs: {a: ▹{shape: [6, 3]}, b: ▹{shape: [6, 3]}}
        body:
          - {Concatenate: {axis: ▸4}, in: [a, b], name: joined}
        """,
        "Concatenate has no axis 4 in an input of rank 3",
    ),
    Wrong(
        "reshape(…) to other sizes",
        """
        inputs: {x: ▹{shape: [10], batch: 2}}
        body:
          - {expr: ▸'reshape(x, [4, 6])', name: r}
        """,
        "`reshape` can't make [4, 6] of [2, 10]",
    ),
    Wrong(
        "a @ b of sizes that don't fit",
        """
        inputs: {a: ▹{shape: [4, 6]}, b: ▹{shape: [5, 3]}}
        body:
          - {expr: ▸a @ b, name: r}
        """,
        "`@` can't multiply [null, 4, 6] and [null, 5, 3]",
    ),
    Wrong(
        "matmul(…) of sizes that don't fit",
        """
        inputs: {a: ▹{shape: [4, 6]}, b: ▹{shape: [5, 3]}}
        body:
          - {expr: ▸'matmul(a, b)', name: r}
        """,
        "`matmul` can't multiply [null, 4, 6] and [null, 5, 3]",
    ),
    Wrong(
        "einsum(…) on another rank",
        """
        inputs: {a: ▹{shape: [4, 6]}, b: ▹{shape: [5]}}
        body:
          - {expr: ▸'einsum("bij,bjk->bik", a, b)', name: r}
        """,
        "`einsum` can't read [null, 5] as `bjk`",
    ),
    Wrong(
        "transpose(…) of an axis that isn't there",
        """
        inputs: {x: ▹{shape: [4, 6]}}
        body:
          - {expr: ▸'transpose(x, [0, 3, 1])', name: r}
        """,
        "`transpose` needs each axis of [null, 4, 6] once, not [0, 3, 1]",
    ),
    Wrong(
        "expand_dims(…) too far out",
        """
        inputs: {x: ▹{shape: [4, 6]}}
        body:
          - {expr: ▸'expand_dims(x, 5)', name: r}
        """,
        "`expand_dims` has no axis 5 in an input of rank 4",
    ),
    Wrong(
        "squeeze(…) of an axis that isn't 1",
        """
        inputs: {x: ▹{shape: [4, 6]}}
        body:
          - {expr: ▸'squeeze(x, 1)', name: r}
        """,
        "`squeeze` can take away axes of size 1 only; axis 1 of [null, 4, 6] has size 4",
    ),
    Wrong(
        "split(…) that doesn't divide",
        """
        inputs: {x: {shape: [10]}}
        body:
          - {▹Dense: {units: 10}, name: d}
          - {expr: ▸'split(d, 3, axis=-1)', as: [p, q, r]}
          - {Add: , in: [p, q]}
        """,
        "`split` can't split axis 1 of [null, 10] into 3 equal parts",
    ),
    Wrong(
        "Dot along sizes that differ",
        """
        inputs: {a: ▹{shape: [4, 6]}, b: ▹{shape: [4, 5]}}
        body:
          - {Dot: {axes: ▸2}, in: [a, b], name: e}
        """,
        "Dot can't multiply [null, 4, 6] and [null, 4, 5]: axis 2 of the one and axis 2 "
        "of the other differ",
    ),
    Wrong(
        "Dot along an axis that isn't there",
        """
        inputs: {a: ▹{shape: [4]}, b: ▹{shape: [4, 5]}}
        body:
          - {Dot: {axes: ▸[3, 1]}, in: [a, b], name: e}
        """,
        "Dot has no axis 3 in an input of rank 2",
    ),
    Wrong(
        "Add of one tensor, no list",
        """
        inputs: {a: ▹{shape: [8]}}
        body:
          - {▸Add: , name: d}
        """,
        "Add needs a list of tensors, not one of [null, 8]",
    ),
    Wrong(
        "where(…) of other widths",
        """
        inputs: {a: ▹{shape: [6]}, b: ▹{shape: [4]}}
        body:
          - {expr: ▸'where(a > 0, a, b)', name: sum}
        """,
        "`where` can't combine [null, 6] and [null, 4]",
    ),
    Wrong(
        "Subtract of three",
        """
        inputs: {a: ▹{shape: [6]}, b: ▹{shape: [6]}, c: ▹{shape: [6]}}
        body:
          - {▸Subtract: , in: [a, b, c], name: s}
        """,
        "Subtract needs two tensors, not 3",
    ),
    Wrong(
        "stack(…) of other shapes",
        """
        inputs: {a: ▹{shape: [6]}, b: ▹{shape: [5]}}
        body:
          - {expr: ▸'stack([a, b], axis=1)', name: s}
        """,
        "`stack` needs tensors of one shape, not [null, 6] and [null, 5]",
    ),
    Wrong(
        "mean(…) along an axis that isn't there",
        """
        inputs: {a: ▹{shape: [6]}}
        body:
          - {expr: ▸'mean(a, axis=3)', name: s}
        """,
        "`mean` has no axis 3 in an input of rank 2",
    ),
    Wrong(
        "an index past the end",
        """
        inputs: {a: ▹{shape: [6]}}
        body:
          - {expr: ▸'a[:, 9]', name: s}
        """,
        "`x[…]` has no index 9 in an axis of size 6 of [null, 6]",
    ),
    Wrong(
        "more indices than axes",
        """
        inputs: {a: ▹{shape: [6]}}
        body:
          - {expr: ▸'a[:, 0, 0]', name: s}
        """,
        "`x[…]` has 3 indices for [null, 6]",
    ),
]
