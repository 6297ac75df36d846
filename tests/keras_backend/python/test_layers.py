"""Layers, objects and functions of a user's package in specs, checked and compiled."""

from __future__ import annotations

import numpy as np
import pytest

X = np.linspace(-1, 1, 8, dtype="float32").reshape(2, 4)


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("Fancy: {}", "{} | S205 | Fancy needs the argument `units`"),
        ("Fancy: {unit: 2}", "unit | S204 | Fancy has no argument `unit`"),
        ("Fancy: {units: two}", "two | S206 | `units` of Fancy must be an integer"),
        ("Fancy: {units: 2, mode: sub}", "sub | S208 | `mode` of Fancy must be `add` or `none`"),
        ("Fancy: {units: 2, name: f}",
         "name | S210 | `name` is a key of the step, not an argument of Fancy"),
        ("Fancy: {units: 2, inner: {Dense: {unit: 2}}}",
         "unit | S204 | Dense has no argument `unit`"),
        ("Fancy: {units: 2, inner: relu}",
         "relu | S512 | `relu` is a function, and a layer is wanted"),
        ("Fancy: {units: 2, kernel_initializer: {Filled: {value: high}}}",
         "high | S206 | `value` of Filled must be a number"),
        ("Fancy: {units: 2, kernel_initializer: Fancy}",
         "Fancy | S512 | `Fancy` is a layer, and an initializer is wanted"),
        ("Dense: {units: 2, kernel_initializer: {Filled: {valu: 1}}}",
         "valu | S204 | Filled has no argument `valu`"),
        ("TimeDistributed: {layer: {Fancy: {units: no}}}",
         "no | S206 | `units` of Fancy must be an integer"),
        ("TimeDistributed: {layer: {Fancy: {units: 2}, trainable: 3}}",
         "3 | S206 | `trainable` must be true or false"),
        ("Dense: {units: 2, activation: {gelu2: {factor: 3}}}",
         "{factor: 3} | S215 | `gelu2` is a function, and Keras keeps no arguments for it"),
        ("Wide: {half: 2, use_bia: false}", "use_bia | S204 | Wide has no argument `use_bia`"),
        ("Plain: {units: 2}", "units | S204 | Plain has no argument `units`"),
        ("{Plain: {}, dtype: float16}", "dtype | S210 | Plain takes no `dtype` in Keras"),
        ("{Fancy: {units: 2}, args: {facto: 2}}",
         "facto | S417 | a call of Fancy has no argument `facto`"),
        ("gelu2: {}", "gelu2 | S512 | `gelu2` is a function, and no layer"),
        ("Filled: {}", "Filled | S512 | `Filled` is an initializer, and no layer"),
        ("expr: gelu2(x, facto=2)", "gelu2(x, facto=2) | S307 | `gelu2` has no argument `facto`"),
        ("expr: gelu2()", "gelu2() | S307 | `gelu2` needs its argument `x`"),
        ("expr: gelu2(x, 1, 2)", "gelu2(x, 1, 2) | S307 | `gelu2` takes 2 arguments, not 3"),
        ("expr: Fancy(x)",
         "Fancy | S415 | `Fancy` is a layer, and can't be called in an expression"),
    ],
)  # fmt: skip
def test_what_a_signature_refuses_is_said_at_its_place(package, step: str, problem: str) -> None:
    found = package.problems(lambda: package.load(step))
    assert len(found) == 1
    assert found[0].startswith(problem)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ("training: {loss: {Distance: {powr: 1}}}",
         "powr | S204 | Distance has no argument `powr`"),
        ("training: {loss: Filled}",
         "Filled | S512 | `Filled` is an initializer, and a loss is wanted"),
        ("training: {optimizer: {Adam: {learning_rate: {Flat: {}}}}}",
         "S205 | Flat needs the argument `rate`"),
        ("training: {metrics: [Flat]}",
         "Flat | S512 | `Flat` is a learning-rate schedule, and a metric is wanted"),
    ],
)  # fmt: skip
def test_training_is_checked(package, more: str, problem: str) -> None:
    found = package.problems(lambda: package.load("{Dense: {units: 2}, name: d}", more=more))
    assert len(found) == 1
    assert problem in found[0]


@pytest.mark.parametrize(
    ("step", "code", "said"),
    [
        ("Fancy: {units: -1}", "S601", "Fancy says: units must not be negative"),
        ("Dense: {units: 13}", "S602", "thirteen is unlucky"),
        ("Wide: {half: 1, units: 3}", "S601", "multiple values for keyword argument 'units'"),
    ],
)
def test_what_the_class_raises_is_said_at_its_step(package, step, code, said) -> None:
    found = package.load(step, "{Fancy: {units: 2}, name: f}")
    from specc.errors import SpeccError

    with pytest.raises(SpeccError) as caught:
        import specc

        specc.compile(found)
    (problem,) = caught.value.diagnostics
    assert problem.code == code
    assert said in problem.help
    assert problem.span is not None


def test_it_computes_what_the_class_computes(package, keras) -> None:
    model = package.compile(
        "{Fancy: {units: 3, scale: 2.0, activation: tanh, options: {a: [1, {b: x}]}}, name: f}",
        "{Fancy: {units: 3}, args: {factor: 3}, name: g, trainable: false, dtype: float16}",
    )
    first, second = model.get_layer("f"), model.get_layer("g")
    expected = np.tanh(X @ first.kernel.numpy() * 2)
    np.testing.assert_allclose(first(X), expected, rtol=1e-6)
    np.testing.assert_array_equal(model(X), second(first(X), factor=3))
    assert first.options == {"a": [1, {"b": "x"}]}
    assert (second.trainable, second.compute_dtype) == (False, "float16")
    assert len(model.trainable_variables) == 1


def test_objects_inside_are_made(package, keras) -> None:
    model = package.compile(
        "{Fancy: {units: 3, inner: {Wide: {half: 1, use_bias: false}, name: w}}, name: f}",
        "{Fancy: {units: 3, kernel_initializer: {Filled: {value: 2}}, activation: relu}, name: g}",
        "{Dense: {units: 3, kernel_initializer: Filled, activation: gelu2}, name: d}",
    )
    inner = model.get_layer("f").inner
    assert (type(inner).__name__, inner.units, inner.use_bias) == ("Wide", 2, False)
    assert np.unique(model.get_layer("g").kernel) == [2]
    assert np.unique(model.get_layer("d").kernel) == [0.5]
    assert model.get_layer("g").activation(-1.0) == 1
    assert model.get_layer("d").activation.__name__ == "gelu2"


def test_wrapped_repeated_shared_and_as_a_cell(package) -> None:
    model = package.compile(
        "{Reshape: {target_shape: [2, 2]}, name: r}",
        "{TimeDistributed: {layer: {Fancy: {units: 3}}}, name: t}",
        "{RNN: {cell: {Cell: {units: 5}}, return_sequences: true}, name: n}",
        "{Bidirectional: {layer: {RNN: {cell: {Cell: {units: 2}}}}}, name: b}",
        "expr: shared(shared(_))",
        "{repeat: 2, name: round, body: [{Fancy: {units: 4}, name: f}]}",
        more="layers: {shared: {Fancy: {units: 4}}}\n",
    )
    assert model(X).shape == (2, 4)
    assert {v.path.split("/")[0] for v in model.trainable_variables} == {
        "t", "n", "b", "shared", "round0.f", "round1.f"
    }  # fmt: skip


def test_inside_another_model_and_a_definition(package) -> None:
    model = package.compile(
        "{Encoder: {}, name: e}",
        "{TimeDistributed: {layer: {Fancy: {units: 2, inner: Encoder2}}}, name: t}",
        "{block: {n: 3}, name: b}",
        more="define:\n  Encoder: {style: functional, inputs: {x: {shape: [4]}}, "
        "body: [{Fancy: {units: 4}, name: f}, {Reshape: {target_shape: [2, 2]}}]}\n"
        "  Encoder2: {style: functional, inputs: {x: {shape: [2]}}, body: [{Fancy: {units: 3}}]}\n"
        "  block: {params: {n: int}, inputs: [x], body: [{Fancy: {units: =n}, name: f}]}\n",
    )
    assert model(X).shape == (2, 2, 3)


def test_a_constructor_that_takes_no_name(package) -> None:
    model = package.compile("{Plain: {}, name: p, trainable: false}", "{Plain: {}, name: q}")
    assert [layer.name for layer in model.layers] == ["x", "p", "q"]
    assert not model.get_layer("p").trainable
    np.testing.assert_array_equal(model(X), X * 4)


def test_functions_in_expressions(package, keras) -> None:
    model = package.compile(
        "expr: gelu2(x, factor=3) + relu(x) * 2", "expr: 'gelu2(_) if training else _'"
    )
    expected = keras.ops.gelu(3 * X) + (keras.ops.relu(X) + 1) * 2
    np.testing.assert_allclose(model(X), expected, rtol=1e-6)
    again = keras.models.clone_model(model)
    np.testing.assert_array_equal(again(X), model(X))


def test_training_with_users_objects(package) -> None:
    model = package.compile(
        "{Dense: {units: 2}, name: d}",
        more="training:\n  optimizer: {SGD: {learning_rate: {Flat: {rate: 0.5}}}}\n"
        "  loss: {Distance: {power: 1}}\n  metrics: [gelu2, mae]\n",
    )
    model.fit(X, X[:, :2], verbose=0)
    assert (model.loss.power, float(model.optimizer.learning_rate)) == (1, 0.5)


def test_it_is_one_class_however_often_it_is_loaded(package) -> None:
    first, second = package.load("Plain"), package.load("Plain")
    assert first.graph.operations[1].python.target is second.graph.operations[1].python.target


def test_the_digest_knows_the_class(package) -> None:
    digests = {
        package.load(f"{{{what}, name: f}}").digest
        for what in ("Plain: {}", "Fancy: {units: 2}", "Fancy: {units: 3}", "Dense: {units: 3}")
    }
    assert len(digests) == 4
    assert package.load("Fancy: {units: 2}").slots is None


def test_seeds_reach_its_weights(package) -> None:
    one = package.compile("{Fancy: {units: 3}, name: f}")
    two = package.compile("{Dense: {units: 4}, name: d}", "{Fancy: {units: 3}, name: f}")
    np.testing.assert_array_equal(one.get_layer("f").kernel, two.get_layer("f").kernel)


def test_show_asks_keras(package) -> None:
    from specc.api import specs as api

    rows = api.show(package.load("{Fancy: {units: 3}, name: f}")).rows
    assert ("f", "Fancy") in [(row.key, row.class_name) for row in rows]
