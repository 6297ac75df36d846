"""Models whose parts don't fit: loops, definitions, shared layers, variants."""

from __future__ import annotations

from tests.shapes.wrong import Wrong

MODELS = [
    Wrong(
        "a shared Conv2D on other channels",
        """
        inputs: {a: {shape: [8, 8, 3]}, b: ▹{shape: [8, 8, 1]}}
        body:
          - {expr: conv(a), as: p}
          - {expr: ▸conv(b), as: q}
          - {Add: , in: [p, q]}
        layers:
          conv: {Conv2D: {filters: 4, kernel_size: 3}}
        """,
        "Conv2D has a `kernel` of [3, 3, 3, 4] from its first call, but needs one of [3, "
        "3, 1, 4] for this input",
    ),
    Wrong(
        "a shared Dense on another size",
        """
        inputs: {a: {shape: [8]}, b: ▹{shape: [9]}}
        body:
          - {expr: d(a), as: p}
          - {expr: ▸d(b), as: q}
          - {Add: , in: [p, q]}
        layers:
          d: {Dense: {units: 4}}
        """,
        "Dense has a `kernel` of [8, 4] from its first call, but needs one of [9, 4] for "
        "this input",
    ),
    Wrong(
        "the first step, of two inputs",
        """
        inputs: {a: {shape: [8]}, b: {shape: [8]}}
        body:
          - ▸{Dense: {units: 4}, name: d}
        """,
        "S410 with several inputs, the first step says which it reads",
        keras=False,
    ),
    Wrong(
        "x.shape[5] of rank 4",
        """
        inputs: {x: {shape: [8, 8, 3]}}
        body:
          - {Dense: {units: '=▸x.shape[5]'}, name: d}
        """,
        "S313 [null, 8, 8, 3] has no size `x.shape[5]`",
        keras=False,
    ),
    Wrong(
        "x.shape[-1] that varies",
        """
        inputs: {x: {shape: [8, null]}}
        body:
          - {Dense: {units: '=▸x.shape[-1]'}, name: d}
        """,
        "S313 `x.shape[-1]` isn't known when compiling",
        keras=False,
    ),
    Wrong(
        "a wrong rank in a definition in a loop, reported once",
        """
        inputs: {x: ▹{shape: [8]}}
        body:
          - repeat: 3
            name: r
            body:
              - ▹block
        define:
          block:
            inputs: [x]
            body:
              - {▸Conv1D: {filters: 4, kernel_size: 3}, name: conv}
              - {Dense: {units: 8}, name: d}
        """,
        "Conv1D needs an input of rank 3, not [null, 8]",
    ),
    Wrong(
        "a loop that shrinks its input to nothing",
        """
        inputs: {x: {shape: [20, 20, 1]}}
        body:
          - for: i in range(4)
            name: stage
            body:
              - {▹Conv2D: {filters: 4, kernel_size: 3}, name: conv}
              - {▸MaxPooling2D: , name: pool}
        """,
        "MaxPooling2D has a window of [2, 2], more than its input [null, 1, 1, 4]",
    ),
    Wrong(
        "three errors in one spec",
        """
        inputs: {x: ▹{shape: [8, 8, 3]}}
        body:
          - {▸LSTM: {units: 3}, name: l}
          - {Reshape: {target_shape: ▸[5]}, in: x, name: r}
          - {BatchNormalization: {axis: ▸7}, in: x, name: b}
        """,
        "LSTM needs an input of rank 3, not [null, 8, 8, 3]",
        "Reshape can't make [5] of [null, 8, 8, 3], which has 192 values a sample",
        "BatchNormalization has no axis 7 in an input of rank 4",
    ),
    Wrong(
        "an error in one variant",
        """
        inputs: {x: ▹{shape: [=size, =size, 3]}}
        body:
          - {Conv2D: {filters: 3, kernel_size: ▸7}, name: c}
        params: {size: 32}
        variants:
          small: {size: 5}
        """,
        "Conv2D has a kernel that reaches over [7, 7], more than its input [null, 5, 5, 3]",
    ),
    Wrong(
        "a model called on another size",
        """
        inputs: {x: ▹{shape: [8]}}
        body:
          - {▸Inner: , name: inner}
        define:
          Inner:
            style: functional
            inputs: {y: {shape: [4]}}
            body:
              - {Dense: {units: 3}, name: d}
        """,
        "Inner takes [null, 4] as its `y`, not [null, 8]",
    ),
    Wrong(
        "Concatenate of maps of other sizes, amid a network",
        """
        inputs: {image: {shape: [32, 32, 3]}}
        body:
          - {▹Conv2D: {filters: 8, kernel_size: 3}, name: a}
          - {▹Conv2D: {filters: 8, kernel_size: 3, strides: 2, padding: same}, in: image, name: b}
          - {▸Concatenate: , in: [a, b], name: skip}
          - {Conv2D: {filters: 8, kernel_size: 3}, name: c}
          - {Dense: {units: 8}, name: out}
        """,
        "Concatenate can't join [null, 30, 30, 8] and [null, 16, 16, 8] along axis 3: 16 "
        "and 30 differ on axis 1",
    ),
]
