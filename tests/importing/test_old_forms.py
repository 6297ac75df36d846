"""What Keras 1 and 2 called differently, each form by itself."""

from __future__ import annotations

import pytest

from specc.errors import SpeccError
from specc.importing import spec_text
from specc.importing.conversion import read_model
from specc.importing.problems import Problems


def sequential(*layers):
    return {"class_name": "Sequential", "config": list(layers)}


def imported(class_name, config, shape=(None, 8, 8, 3)):
    given = {"batch_input_shape": list(shape), **config}
    model = read_model(
        sequential({"class_name": class_name, "config": given}), problems := Problems("old.h5")
    )
    problems.check()
    return model.layers[-1].class_name, model.layers[-1].config


def body(class_name, config, shape=(None, 8, 8, 3)):
    given = {"name": "it", "batch_input_shape": list(shape), **config}
    text = spec_text(sequential({"class_name": class_name, "config": given}), "old.h5")
    return text[text.index("body:\n") + 6 :]


IMAGE, ROW, SEQUENCE = (None, 8, 8, 3), (None, 8), (None, 6, 4)

FORMS = [
    ("Dense", {"output_dim": 3, "init": "he_normal", "bias": False}, ROW,
     "- {Dense: {units: 3, use_bias: false, kernel_initializer: he_normal}, name: it}"),
    ("Convolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 2, "border_mode": "same",
                       "subsample": [2, 2], "dim_ordering": "tf"}, IMAGE,
     "- {Conv2D: {filters: 4, kernel_size: [3, 2], strides: 2, padding: same}, name: it}"),
    ("Conv2D", {"filters": 4, "kernel_size": [3, 3], "dim_ordering": "th"}, (None, 3, 8, 8),
     "- {Conv2D: {filters: 4, kernel_size: 3, data_format: channels_first}, name: it}"),
    ("AtrousConvolution2D", {"nb_filter": 4, "nb_row": 3, "nb_col": 3, "atrous_rate": [2, 2]},
     IMAGE, "- {Conv2D: {filters: 4, kernel_size: 3, dilation_rate: 2}, name: it}"),
    ("Convolution1D", {"nb_filter": 4, "filter_length": 3, "subsample_length": 2}, SEQUENCE,
     "- {Conv1D: {filters: 4, kernel_size: 3, strides: 2}, name: it}"),
    ("MaxPooling1D", {"pool_length": 2, "stride": 1}, SEQUENCE,
     "- {MaxPooling1D: {strides: 1}, name: it}"),
    ("Normalization", {"mean": [1.0, 2.0], "variance": 4.0}, (None, 2),
     "- {Normalization: {mean: [1.0, 2.0], variance: [4.0, 4.0]}, name: it}"),
    ("RandomFlip", {"mode": "horizontal", "rng_type": "stateful"}, IMAGE,
     "- {RandomFlip: {mode: horizontal}, name: it}"),
    ("Dropout", {"p": 0.25}, ROW, "- {Dropout: {rate: 0.25}, name: it}"),
    ("GaussianNoise", {"sigma": 0.5}, ROW, "- {GaussianNoise: {stddev: 0.5}, name: it}"),
    ("LeakyReLU", {"alpha": 0.5}, ROW, "- {LeakyReLU: {negative_slope: 0.5}, name: it}"),
    ("ThresholdedReLU", {"theta": 2.0}, ROW, "- {ReLU: {threshold: 2.0}, name: it}"),
    ("GRU", {"units": 3, "implementation": 2, "time_major": False}, SEQUENCE,
     "- {GRU: {units: 3, reset_after: false}, name: it}"),
    ("CuDNNGRU", {"units": 3}, SEQUENCE, "- {GRU: {units: 3}, name: it}"),
    ("CuDNNLSTM", {"units": 3}, SEQUENCE, "- {LSTM: {units: 3}, name: it}"),
    ("LSTM", {"output_dim": 3, "inner_init": "orthogonal", "inner_activation": "sigmoid",
              "forget_bias_init": "one", "dropout_W": 0.5, "consume_less": "cpu"}, SEQUENCE,
     "- {LSTM: {units: 3, dropout: 0.5}, name: it}"),
    ("BatchNormalizationV1", {"axis": [3], "mode": 0, "virtual_batch_size": None, "renorm": False},
     IMAGE, "- {BatchNormalization: {axis: 3}, name: it}"),
    ("DepthwiseConv2D", {"kernel_size": [3, 3], "groups": 1, "kernel_regularizer": None,
                         "kernel_initializer": "zeros"}, IMAGE,
     "- {DepthwiseConv2D: {kernel_size: 3}, name: it}"),
    ("Dense", {"units": 2, "kernel_initializer":
               {"class_name": "HeNormal", "config": {"seed": None, "dtype": "float32"}}}, ROW,
     "- {Dense: {units: 2, kernel_initializer: he_normal}, name: it}"),
    ("Dense", {"units": 2, "bias_initializer": "one"}, ROW,
     "- {Dense: {units: 2, bias_initializer: ones}, name: it}"),
    ("Dense", {"units": 2, "W_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5}},
     ROW, "- {Dense: {units: 2, kernel_regularizer: {L1L2: {l2: 0.5}}}, name: it}"),
    ("Dense", {"units": 2, "W_constraint": {"name": "MaxNorm", "m": 3, "axis": 0}}, ROW,
     "- {Dense: {units: 2, kernel_constraint: {MaxNorm: {max_value: 3}}}, name: it}"),
    ("Dense", {"units": 2, "dtype": {"class_name": "Policy", "config": {"name": "float64"}}}, ROW,
     "- {Dense: {units: 2}, name: it}"),
]  # fmt: skip


@pytest.mark.parametrize(("class_name", "config", "shape", "expected"), FORMS)
def test_an_old_form_becomes_todays(class_name, config, shape, expected) -> None:
    assert body(class_name, config, shape) == f"  {expected}\n"


@pytest.mark.parametrize(
    ("class_name", "config", "code"),
    [
        ("Lambda", {"function": ["4wEA", None, None], "function_type": "lambda"}, "S522"),
        ("Mine", {"units": 3}, "S524"),
        ("Highway", {}, "S527"),
        ("LSTM", {"units": 3, "time_major": True}, "S523"),
        ("BatchNormalization", {"virtual_batch_size": 4}, "S523"),
        ("Merge", {"mode": "cos"}, "S523"),
    ],
)
def test_what_has_no_equal_is_named(class_name, config, code) -> None:
    with pytest.raises(SpeccError) as raised:
        body(class_name, config, SEQUENCE)
    [problem] = [each for each in raised.value.diagnostics if each.code == code]
    assert "old.h5" in problem.message
