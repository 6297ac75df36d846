"""Arguments that no inference output depends on: they matter while training, or before it."""

from __future__ import annotations

from specc.catalog.entry import Entry
from specc.catalog.kinds import Kind

KINDS = (Kind.INITIALIZER, Kind.REGULARIZER, Kind.CONSTRAINT)
"""What is given as an object of these kinds shapes the weights, not what is done with them."""

EVERYWHERE = frozenset({"seed", "activity_regularizer"})

DROPOUT = frozenset({"rate", "noise_shape"})
RECURRENT = frozenset({"dropout", "recurrent_dropout"})

BY_CLASS: dict[str, frozenset[str]] = {
    "ActivityRegularization": frozenset({"l1", "l2"}),
    "AdditiveAttention": frozenset({"dropout"}),
    "AlphaDropout": DROPOUT,
    "Attention": frozenset({"dropout"}),
    "BatchNormalization": frozenset({"momentum", "synchronized"}),
    "ConvLSTM1D": RECURRENT,
    "ConvLSTM2D": RECURRENT,
    "ConvLSTM3D": RECURRENT,
    "Dropout": DROPOUT,
    "GRU": RECURRENT,
    "GRUCell": RECURRENT,
    "GaussianDropout": DROPOUT,
    "GaussianNoise": frozenset({"stddev"}),
    "GroupQueryAttention": frozenset({"dropout"}),
    "LSTM": RECURRENT,
    "LSTMCell": RECURRENT,
    "MultiHeadAttention": frozenset({"dropout"}),
    "SimpleRNN": RECURRENT,
    "SimpleRNNCell": RECURRENT,
    "SpatialDropout1D": DROPOUT,
    "SpatialDropout2D": DROPOUT,
    "SpatialDropout3D": DROPOUT,
    "SpectralNormalization": frozenset({"power_iterations"}),
}


def is_training_only(entry: Entry, name: str) -> bool:
    """Whether an argument of a class leaves all inference outputs as they are."""
    if name in EVERYWHERE or name in BY_CLASS.get(entry.name, ()):
        return True
    parameter = entry.parameter(name)
    return parameter is not None and any(kind in KINDS for kind in parameter.kinds)
