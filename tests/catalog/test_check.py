"""What the check says: the code, the place, and the words."""

import pytest
import yaml

from specc import catalog
from specc.catalog import Kind, Resolved
from specc.diagnostics import CODES

DENSE = {"units": 8}
SCHEDULE = {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}


def check(name, arguments, kind=Kind.LAYER):
    return catalog.check_arguments(catalog.find(kind, name), arguments)


# title: (step, code and path, words that the message, label or help must hold)
WRONG = {
    "misspelt argument": (
        "Conv2D: {filters: 8, kernel_size: 3, filtrs: 1}", "S204 filtrs",
        "did you mean `filters`?"),
    "argument like no other": ("Flatten: {zzz: 1}", "S204 zzz", "it takes `data_format`"),
    "missing argument": ("Conv2D: {filters: 8}", "S205", "needs the argument `kernel_size`"),
    "two missing arguments": ("Conv2D: {}", "S205", "`filters`, `kernel_size`"),
    "text for a boolean": (
        "Dense: {units: 8, use_bias: 'false'}", "S206 use_bias", "write `false` without quotes"),
    "number for a boolean": ("Dense: {units: 8, use_bias: 0}", "S206 use_bias", "true or false"),
    "boolean for an integer": ("Dense: {units: true}", "S206 units", "this is `true`"),
    "text for an integer": ("Dense: {units: '8'}", "S206 units", "write `8` without quotes"),
    "point for an integer": ("Dense: {units: 8.0}", "S206 units", "write `8`"),
    "boolean for a number": ("Dropout: {rate: true}", "S206 rate", "this is `true`"),
    "null where none may be": ("Dense: {units: null}", "S206 units", "this is null"),
    "negative size": ("Dense: {units: -1}", "S207 units", "at least 1"),
    "rate above one": ("Dropout: {rate: 1.5}", "S207 rate", "from 0.0 to 1.0"),
    "rate that is no number": ("Dropout: {rate: .nan}", "S207 rate", "`.nan`"),
    "endless rate": ("Dropout: {rate: .inf}", "S207 rate", "`.inf`"),
    "zero epsilon": ("LayerNormalization: {epsilon: 0}", "S207 epsilon", "above 0.0"),
    "unknown choice": (
        "Conv2D: {filters: 8, kernel_size: 3, padding: sme}", "S208 padding",
        "did you mean `same`?"),
    "causal in two dimensions": (
        "Conv2D: {filters: 8, kernel_size: 3, padding: causal}", "S208 padding",
        "`valid` or `same`"),
    "choice in capitals": ("MaxPooling2D: {padding: SAME}", "S208 padding", "`same`"),
    "too many sizes": ("MaxPooling2D: {pool_size: [3, 3, 3]}", "S206 pool_size", "a list of 2"),
    "wrong size in a list": ("MaxPooling2D: {pool_size: [3, 0]}", "S207 pool_size.1", "`0`"),
    "boolean in a list": ("MaxPooling2D: {strides: [1, true]}", "S206 strides.1", "`true`"),
    "step key": ("Dense: {units: 8, name: head}", "S210 name", "beside `Dense:`"),
    "Keras 2 argument": ("Dense: {units: 8, input_shape: [4]}", "S211 input_shape", "`inputs:`"),
    "weights in a spec": (
        "Embedding: {input_dim: 2, output_dim: 2, weights: []}", "S211 weights", "bind"),
    "renamed argument": ("LeakyReLU: {alpha: 0.1}", "S211 alpha", "`negative_slope`"),
    "groups": (
        "Conv2D: {filters: 8, kernel_size: 3, groups: 3}", "S209 groups",
        "`filters` (8) is no multiple of `groups` (3)"),
    "strides and dilation": (
        "Conv1D: {filters: 8, kernel_size: 3, strides: 2, dilation_rate: 2}", "S209 dilation_rate",
        "both"),
    "output padding": (
        "Conv2DTranspose: {filters: 8, kernel_size: 3, output_padding: 1}", "S209 output_padding",
        "below `strides`"),
    "permutation": ("Permute: {dims: [1, 3]}", "S209 dims", "each of 1 to 2"),
    "two free sizes": ("Reshape: {target_shape: [-1, -1]}", "S209 target_shape", "only one -1"),
    "no bins": ("Discretization: {}", "S209", "exactly one"),
    "layer for a cell": ("RNN: {cell: {LSTM: {units: 8}}}", "S209 cell", "an RNN cell"),
    "misspelt initializer": (
        "Dense: {units: 8, kernel_initializer: he_norml}", "S212 kernel_initializer",
        "did you mean `he_normal`?"),
    "misspelt activation": (
        "Dense: {units: 8, activation: rleu}", "S212 activation", "did you mean `relu`?"),
    "constraint for a regularizer": (
        "Dense: {units: 8, kernel_regularizer: max_norm}", "S212 kernel_regularizer",
        "is a constraint"),
    "number for an object": (
        "Dense: {units: 8, kernel_regularizer: 0.01}", "S206 kernel_regularizer",
        "this is `0.01`"),
    "file for a vocabulary": (
        "StringLookup: {vocabulary: words.txt}", "S206 vocabulary", "param of type `lines`"),
    "list for an object": ("TimeDistributed: {layer: [Dense]}", "S206 layer", "a list of 1"),
    "two names for an object": (
        "TimeDistributed: {layer: {Dense: {units: 8}, Add: {}}}", "S213 layer", "`{Name: {…}}`"),
    "Keras's own form": (
        "Dense: {units: 8, kernel_regularizer: {class_name: L2, config: {}}}",
        "S213 kernel_regularizer", "`{Name: {…}}`"),
    "no mapping of arguments": (
        "TimeDistributed: {layer: {Dense: 8}}", "S206 layer.Dense", "`Dense: {units: …}`"),
    "deep down": (
        "TimeDistributed: {layer: {Dense: {units: 8, kernel_regularizer: {L2: {l2: x}}}}}",
        "S206 layer.Dense.kernel_regularizer.L2.l2", "a number"),
    "in a list of layers": (
        "StackedRNNCells: {cells: [{LSTMCell: {units: 8}}, {LSTMCell: {units: 0}}]}",
        "S207 cells.1.LSTMCell.units", "at least 1"),
    "bare name with required arguments": ("TimeDistributed: {layer: Dense}", "S205 layer",
        "`units`"),
    "code": (
        "TimeDistributed: {layer: {Lambda: {function: x}}}", "S202 layer.Lambda", "`expr:`"),
    "function with arguments": (
        "Dense: {units: 8, activation: {leaky_relu: {negative_slope: 0.1}}}",
        "S215 activation.leaky_relu", "`LeakyReLU`"),
    "nested dtype": (
        "TimeDistributed: {layer: {Dense: {units: 8}, dtype: flaot32}}", "S214 layer.dtype",
        "did you mean `float32`?"),
    "nested trainable": (
        "TimeDistributed: {layer: {Dense: {units: 8}, trainable: 'no'}}", "S206 layer.trainable",
        "true or false"),
    "nested name": (
        "TimeDistributed: {layer: {Dense: {units: 8}, name: 3}}", "S206 layer.name", "a text"),
    "nested key that Keras lacks": (
        "TimeDistributed: {layer: {SpatialDropout1D: {rate: 0.1}, trainable: false}}",
        "S210 layer.trainable", "leave it out"),
}  # fmt: skip


@pytest.mark.parametrize(("step", "place", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_argument_is_one_problem_at_its_place(step, place, words):
    [(name, arguments)] = yaml.safe_load(step).items()
    [problem] = check(name, arguments)
    code, *path = place.split(" ")
    assert problem.code == code
    assert ".".join(map(str, problem.path)) == "".join(path)
    assert words in f"{problem.message}\n{problem.label}\n{problem.help}"
    assert problem.code in CODES


def test_all_problems_come_at_once():
    problems = check(
        "Conv2D",
        {"filtrs": 8, "kernel_size": [3, 0], "use_bias": "false", "padding": "sme", "name": "a"}
        | {"kernel_initializer": {"RandomNormal": {"mean": "x", "stdev": 1}}, "activation": "no"},
    )
    assert sorted((problem.code, problem.path[:1]) for problem in problems) == [
        ("S204", ("filtrs",)),
        ("S204", ("kernel_initializer",)),
        ("S206", ("kernel_initializer",)),
        ("S206", ("use_bias",)),
        ("S207", ("kernel_size",)),
        ("S208", ("padding",)),
        ("S210", ("name",)),
        ("S212", ("activation",)),
    ]


OBJECTS = {
    "schedule": (Kind.OPTIMIZER, "Adam", {"learning_rate": {"ExponentialDecay": SCHEDULE}}, []),
    "rate in a schedule": (
        Kind.OPTIMIZER,
        "Adam",
        {"learning_rate": {"ExponentialDecay": SCHEDULE | {"decay_steps": 0}}},
        [("S207", ("learning_rate", "ExponentialDecay", "decay_steps"))],
    ),
    "two kinds of clipping": (
        Kind.OPTIMIZER,
        "SGD",
        {"clipnorm": 1.0, "clipvalue": 1.0},
        [("S209", ("clipvalue",))],
    ),
    "whole learning rate": (
        Kind.OPTIMIZER,
        "Adam",
        {"learning_rate": 1},
        [("S206", ("learning_rate",))],
    ),
    "quoted learning rate": (
        Kind.OPTIMIZER,
        "Adam",
        {"learning_rate": "0.1"},
        [("S206", ("learning_rate",))],
    ),
    "inner optimizer": (Kind.OPTIMIZER, "LossScaleOptimizer", {"inner_optimizer": "adam"}, []),
    "loss": (Kind.LOSS, "Huber", {"delta": 0.0}, [("S207", ("delta",))]),
    "metric": (
        Kind.METRIC,
        "IoU",
        {"num_classes": 2, "target_class_ids": [2]},
        [("S209", ("target_class_ids",))],
    ),
    "policy map": (
        Kind.DTYPE,
        "DTypePolicyMap",
        {"default_policy": "float32", "policy_map": {"a/.*": "mixed_float17"}},
        [("S214", ("policy_map", "a/.*"))],
    ),
}


@pytest.mark.parametrize(("kind", "name", "arguments", "expected"), OBJECTS.values(), ids=OBJECTS)
def test_objects_other_than_layers(kind, name, arguments, expected):
    assert [(p.code, p.path) for p in check(name, arguments, kind)] == expected


class Nested(Resolved):
    """What the compiler puts where it has resolved an object itself."""


@pytest.mark.parametrize("name", ["layer", "kernel_regularizer", "activation", "cell", "cells"])
def test_what_the_compiler_resolved_is_not_looked_into(name):
    classes = {"layer": "Bidirectional", "cell": "RNN", "cells": "StackedRNNCells"}
    value = [Nested()] if name == "cells" else Nested()
    required = {} if name in classes else DENSE
    assert check(classes.get(name, "Dense"), required | {name: value}) == []


def test_metrics_that_compile_picks_are_known():
    assert catalog.check_object(Kind.METRIC, "accuracy") == []
    [problem] = catalog.check_object(Kind.METRIC, "acuracy")
    assert problem.suggestion == "accuracy"


def test_what_keras_forgets_is_a_warning_of_its_own():
    huber = catalog.find(Kind.LOSS, "Huber")
    assert check("Huber", {"delta": 2.0}, Kind.LOSS) == []
    [problem] = catalog.check_kept(huber, {"delta": 2.0})
    assert (problem.code, problem.path) == ("S216", ("delta",))
    assert catalog.check_kept(huber, {"delta": 1.0}) == []
