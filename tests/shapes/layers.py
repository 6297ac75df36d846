"""Layers that don't fit their inputs."""

from __future__ import annotations

from tests.shapes.wrong import Wrong

LAYERS = [
    Wrong(
        "Conv2D on a sequence",
        """
        inputs: {x: ▹{shape: [null, 10]}}
        body:
          - {▸Conv2D: {filters: 4, kernel_size: 3}, name: conv}
        """,
        "Conv2D needs an input of rank 4, not [null, null, 10]",
    ),
    Wrong(
        "LSTM on vectors",
        """
        inputs: {x: {shape: [8]}}
        body:
          - {▹Dense: {units: 4}, name: d}
          - {▸LSTM: {units: 4}, name: l}
        """,
        "LSTM needs an input of rank 3, not [null, 4]",
    ),
    Wrong(
        "Dense on a number a sample",
        """
        inputs: {x: ▹{shape: []}}
        body:
          - {▸Dense: {units: 4}, name: d}
        """,
        "Dense needs an input of rank 2 or more, not [null]",
    ),
    Wrong(
        "Dense on a scalar",
        """
        inputs: {x: {shape: [8]}}
        body:
          - {name: mean, expr: ▹mean(x)}
          - {▸Dense: {units: 4}, name: d}
        """,
        "Dense needs an input of rank 2 or more, not []",
    ),
    Wrong(
        "Conv2D right after Embedding",
        """
        inputs: {x: {shape: [4], dtype: float32}}
        body:
          - {▹Embedding: {input_dim: 10, output_dim: 4}, name: e}
          - {▸Conv2D: {filters: 2, kernel_size: 3}, name: c}
        """,
        "Conv2D needs an input of rank 4, not [null, 4, 4]",
    ),
    Wrong(
        "Conv2D after Flatten",
        """
        inputs: {x: {shape: [8, 8, 3]}}
        body:
          - ▹Flatten
          - {▸Conv2D: {filters: 4, kernel_size: 3}, name: conv}
        """,
        "Conv2D needs an input of rank 4, not [null, 192]",
    ),
    Wrong(
        "images without channels, reported once",
        """
        inputs: {image: ▹{shape: [28, 28]}}
        body:
          - {▸Conv2D: {filters: 4, kernel_size: 3}, name: d}
          - {MaxPooling2D: }
          - {Flatten: }
          - {Dense: {units: 3}, name: out}
        """,
        "Conv2D needs an input of rank 4, not [null, 28, 28]",
    ),
    Wrong(
        "images of unknown channels",
        """
        inputs: {image: ▹{shape: [28, 28, null]}}
        body:
          - {▸Conv2D: {filters: 4, kernel_size: 3}, name: d}
        """,
        "Conv2D needs to know the channels of its input, [null, 28, 28, null]",
    ),
    Wrong(
        "GlobalAveragePooling2D on vectors",
        """
        inputs: {x: ▹{shape: [8]}}
        body:
          - {▸GlobalAveragePooling2D: , name: d}
        """,
        "GlobalAveragePooling2D needs an input of rank 4, not [null, 8]",
    ),
    Wrong(
        "UpSampling2D on a sequence",
        """
        inputs: {x: ▹{shape: [8, 3]}}
        body:
          - {▸UpSampling2D: , name: d}
        """,
        "UpSampling2D needs an input of rank 4, not [null, 8, 3]",
    ),
    Wrong(
        "groups that don't divide the channels",
        """
        inputs: {x: ▹{shape: [8, 8, 6]}}
        body:
          - {Conv2D: {filters: 8, kernel_size: 3, groups: ▸4}, name: conv}
        """,
        "Conv2D can't split the 6 channels of [null, 8, 8, 6] into 4 groups",
    ),
    Wrong(
        "GroupNormalization of channels that don't divide",
        """
        inputs: {x: ▹{shape: [8, 8, 10]}}
        body:
          - {GroupNormalization: {groups: ▸4}, name: d}
        """,
        "GroupNormalization can't split the 10 channels of [null, 8, 8, 10] into 4 groups",
    ),
    Wrong(
        "a kernel larger than its input",
        """
        inputs: {x: ▹{shape: [5, 5, 3]}}
        body:
          - {Conv2D: {filters: 8, kernel_size: ▸7}, name: conv}
        """,
        "Conv2D has a kernel that reaches over [7, 7], more than its input [null, 5, 5, 3]",
    ),
    Wrong(
        "pooling a map that became too small",
        """
        inputs: {x: {shape: [28, 28, 1]}}
        body:
          - {▹MaxPooling2D: {pool_size: 8}, name: p}
          - {MaxPooling2D: {pool_size: ▸4}, name: q}
        """,
        "MaxPooling2D has a window of [4, 4], more than its input [null, 3, 3, 1]",
    ),
    Wrong(
        "strides that Keras has no kernel for",
        """
        inputs: {x: {shape: [28, 28, 1]}}
        body:
          - {SeparableConv2D: {filters: 2, kernel_size: 3, strides: ▸[1, 2]}, name: p}
          - {Conv2D: {filters: 2, kernel_size: 3, strides: 2, dilation_rate: ▸2}, name: q}
        """,
        "S209 SeparableConv2D: `strides` must be equal in all dimensions",
        "S209 Conv2D: `strides` and `dilation_rate` cannot both be above 1",
        keras=False,
    ),
    Wrong(
        "Cropping2D of all there is",
        """
        inputs: {x: ▹{shape: [8, 8, 10]}}
        body:
          - {Cropping2D: {cropping: ▸4}, name: d}
        """,
        "Cropping2D cuts [8, 8] from [null, 8, 8, 10], and nothing is left",
    ),
    Wrong(
        "Reshape to other sizes",
        """
        inputs: {x: ▹{shape: [10]}}
        body:
          - {Reshape: {target_shape: ▸[3, 4]}, name: r}
        """,
        "Reshape can't make [3, 4] of [null, 10], which has 10 values a sample",
    ),
    Wrong(
        "Reshape with a rest that doesn't divide",
        """
        inputs: {x: ▹{shape: [10]}}
        body:
          - {Reshape: {target_shape: ▸[3, -1]}, name: r}
        """,
        "Reshape can't make [3, -1] of [null, 10], which has 10 values a sample",
    ),
    Wrong(
        "Permute that leaves out an axis",
        """
        inputs: {x: {shape: [4, 6]}}
        body:
          - {Permute: {dims: ▸[1, 3]}, name: r}
        """,
        "S209 Permute: `dims` must hold each of 1 to 2 once",
        keras=False,
    ),
    Wrong(
        "Permute of more axes than there are",
        """
        inputs: {x: ▹{shape: [4, 6]}}
        body:
          - {▸Permute: {dims: [1, 3, 2]}, name: r}
        """,
        "Permute needs an input of rank 4, not [null, 4, 6]",
    ),
    Wrong(
        "BatchNormalization along an axis that isn't there",
        """
        inputs: {x: ▹{shape: [10]}}
        body:
          - {BatchNormalization: {axis: ▸3}, name: d}
        """,
        "BatchNormalization has no axis 3 in an input of rank 2",
    ),
    Wrong(
        "LayerNormalization along an axis that isn't there",
        """
        inputs: {x: ▹{shape: [10]}}
        body:
          - {LayerNormalization: {axis: ▸[1, 2]}, name: d}
        """,
        "LayerNormalization has no axis 2 in an input of rank 2",
    ),
    Wrong(
        "EinsumDense on another rank",
        """
        inputs: {x: ▹{shape: [4]}}
        body:
          - {EinsumDense: {equation: ▸'abc,cd->abd', output_shape: [null, 5]}, name: r}
        """,
        "EinsumDense needs an input of rank 3 for `abc,cd->abd`, not [null, 4]",
    ),
    Wrong(
        "attention without a value",
        """
        inputs: {a: {shape: [5, 8]}}
        body:
          - ▸{MultiHeadAttention: {num_heads: 2, key_dim: 3}, name: d}
        """,
        "S424 a call of MultiHeadAttention needs `value`",
        keras=False,
    ),
    Wrong(
        "attention with fewer keys than values",
        """
        inputs: {q: ▹{shape: [5, 8]}, v: ▹{shape: [7, 8]}, k: ▹{shape: [6, 8]}}
        body:
          - ▸MultiHeadAttention: {num_heads: 2, key_dim: 4}
            in: q
            args: {value: v, key: k}
            name: attention
        """,
        "MultiHeadAttention needs a key for each value, not keys [null, 6, 8] for values "
        "[null, 7, 8]",
    ),
    Wrong(
        "heads that don't divide",
        """
        inputs: {x: {shape: [5, 8]}}
        body:
          - GroupQueryAttention: {head_dim: 4, num_query_heads: 6, num_key_value_heads: ▸4}
            in: x
            args: {value: x}
            name: attention
        """,
        "S209 GroupQueryAttention: `num_query_heads` (6) is no multiple of "
        "`num_key_value_heads` (4)",
        keras=False,
    ),
    Wrong(
        "Bidirectional on vectors",
        """
        inputs: {x: ▹{shape: [8]}}
        body:
          - {▸Bidirectional: {layer: {LSTM: {units: 4}}}, name: e}
        """,
        "Bidirectional needs an input of rank 3, not [null, 8]",
    ),
    Wrong(
        "TimeDistributed around a layer of another rank",
        """
        inputs: {x: ▹{shape: [5, 8]}}
        body:
          - {TimeDistributed: {layer: ▸{Conv1D: {filters: 4, kernel_size: 2}}}, name: e}
        """,
        "TimeDistributed can't apply its layer at each step: Conv1D needs an input of "
        "rank 3, not [null, 8]",
    ),
    Wrong(
        "TimeDistributed around a kernel too large",
        """
        inputs: {x: ▹{shape: [3, 4, 4, 8]}}
        body:
          - {TimeDistributed: {layer: ▸{Conv2D: {filters: 4, kernel_size: 5}}}, name: e}
        """,
        "TimeDistributed can't apply its layer at each step: Conv2D has a kernel that "
        "reaches over [5, 5], more than its input [null, 4, 4, 8]",
    ),
]
