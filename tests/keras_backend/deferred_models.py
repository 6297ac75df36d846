"""Models whose build is compared with Keras's own: (inputs, body), and more of the head."""

IMAGE = "x: {shape: [8, 8, 3]}"
SEQUENCE = "x: {shape: [6, 4]}"
IDS = "ids: {shape: [6], dtype: int32}"
WORDS = "words: {shape: [1], dtype: string}"

MODELS = {
    "images": (
        IMAGE,
        """
        - RandomFlip: {mode: horizontal}
        - Normalization: {axis: -1, mean: [0.1, 0.2, 0.3], variance: [1, 2, 3]}
        - Conv2D: {filters: 8, kernel_size: 3}
        - BatchNormalization
        - SpectralNormalization: {layer: {Conv2D: {filters: 8, kernel_size: 3, padding: same}}}
        - PReLU: {shared_axes: [1, 2]}
        - GroupNormalization: {groups: 4}
        - SeparableConv2D: {filters: 6, kernel_size: 3, padding: same}
        - DepthwiseConv2D: {kernel_size: 3}
        - LayerNormalization
        - UnitNormalization
        - Dropout: {rate: 0.3}
        - GlobalAveragePooling2D
        - Dense: {units: 2}
        """,
    ),
    "sequences": (
        IDS,
        """
        - Embedding: {input_dim: 5, output_dim: 4, mask_zero: true}
        - Bidirectional: {layer: {LSTM: {units: 3, return_sequences: true, dropout: 0.2}}}
        - GRU: {units: 4, return_sequences: true, recurrent_dropout: 0.2}
        - RNN:
            cell: [{LSTMCell: {units: 3}}, {GRUCell: {units: 4}}]
            return_sequences: true
        - TimeDistributed: {layer: {Dense: {units: 3}}}
        - SimpleRNN: {units: 2}
        """,
    ),
    "attention": (
        SEQUENCE,
        """
        - MultiHeadAttention: {num_heads: 2, key_dim: 3, dropout: 0.1}
          in: x
          args: {value: x}
          name: many
        - GroupQueryAttention: {head_dim: 3, num_query_heads: 4, num_key_value_heads: 2}
          in: many
          args: {value: x}
        - EinsumDense: {equation: "abc,cd->abd", output_shape: [null, 5], bias_axes: d}
        - LayerNormalization
        - {Attention: {use_scale: true}, in: [_, _]}
        - GlobalAveragePooling1D
        """,
    ),
    "mixed": (
        IMAGE,
        """
        - Conv2D: {filters: 4, kernel_size: 3}
        - BatchNormalization
        - Flatten
        - {Dense: {units: 4}, dtype: float32}
        """,
        "dtype: mixed_bfloat16",
    ),
    "stateful": (
        "x: {shape: [6, 4], batch: 4}",
        """
        - LSTM: {units: 3, stateful: true, return_sequences: true}
        - GRU: {units: 3, stateful: true}
        """,
    ),
    "conv_lstm": (
        "x: {shape: [3, 6, 6, 2]}",
        """
        - ConvLSTM2D: {filters: 2, kernel_size: 3}
        - Flatten
        - Dense: {units: 2}
        """,
    ),
    "lookup": (
        WORDS,
        """
        - StringLookup: {vocabulary: [red, green, blue], output_mode: one_hot}
          name: one
        - Hashing: {num_bins: 4, output_mode: one_hot}
          in: words
          name: two
        - TextVectorization: {vocabulary: [red, green], output_sequence_length: 3}
          in: words
        - Embedding: {input_dim: 4, output_dim: 2}
        - {Flatten: , name: three}
        - {Concatenate: , in: [one, two, three]}
        - Dense: {units: 2}
        """,
    ),
    "buckets": (
        SEQUENCE,
        """
        - Discretization: {bin_boundaries: [0.0, 1.0], output_mode: int}
        - Embedding: {input_dim: 3, output_dim: 2}
        - Flatten
        - Dense: {units: 2}
        """,
    ),
    "constrained": (
        SEQUENCE,
        """
        - Dense:
            units: 3
            kernel_initializer: {Orthogonal: {seed: 3}}
            kernel_regularizer: {L2: {l2: 0.1}}
            kernel_constraint: {MaxNorm: {max_value: 1}}
            activity_regularizer: l1
        - ActivityRegularization: {l1: 0.1}
        - GaussianNoise: {stddev: 0.1}
        - Flatten
        - Dense: {units: 2, bias_initializer: random_normal}
        """,
    ),
    "low_rank": (
        SEQUENCE,
        """
        - Flatten
        - Dense: {units: 4, lora_rank: 2}
        """,
    ),
    "low_rank embedding": (
        IDS,
        """
        - Embedding: {input_dim: 5, output_dim: 4, lora_rank: 2}
        - Flatten
        - Dense: {units: 2}
        """,
    ),
    "frozen": (
        SEQUENCE,
        """
        - Dense: {units: 4}
          trainable: false
        - BatchNormalization
        - Flatten
        - Dense: {units: 2}
        """,
    ),
    "float8": (
        SEQUENCE,
        """
        - Flatten
        - {Dense: {units: 4}, dtype: float8_from_float32}
        """,
    ),
    "nested": (
        SEQUENCE,
        """
        - Encoder
        - Flatten
        - Dense: {units: 2}
        """,
        """
define:
  Encoder:
    style: functional
    inputs: {h: {shape: [6, 4]}}
    body:
      - {Dense: {units: 4}, name: in}
      - {BatchNormalization: , name: norm}
      - {Add: , in: [_, h]}
""",
    ),
    "wrapped model": (
        SEQUENCE,
        """
        - TimeDistributed: {layer: Encoder}
        - Flatten
        - Dense: {units: 2}
        """,
        """
define:
  Encoder:
    style: sequential
    inputs: {h: {shape: [4]}}
    body:
      - {Dense: {units: 4}, name: in}
      - {Dropout: {rate: 0.1}, name: drop}
""",
    ),
    "expressions": (
        IDS,
        """
        - {Embedding: {input_dim: 6, output_dim: 4}, name: tokens}
        - expr: _ + tokens.embeddings + random.normal(shape(_)) * (0.1 if training else 0.0)
        - expr: matmul(_, transpose(tokens.embeddings))
        """,
    ),
}
SHORT = {"images", "stateful", "expressions"}
"""What the short run trains; all are compared untrained."""
