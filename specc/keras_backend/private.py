"""The one module that uses Keras's private API; each use says why there is no public way.

Tried on Keras 3.12 to 3.15. A test calls each of these on the installed Keras, so a release that
changes one is noticed there.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import keras
from keras.src.backend import compute_output_spec
from keras.src.backend.common import global_state
from keras.src.initializers.random_initializers import RandomInitializer

PENDING = "uninitialized_variables"
OPERATIONS = "keras.src.ops."
APPLICATIONS = "keras.src.applications."


class Deferred:
    """The variables that were made without values, and the values that `build` methods assigned."""

    def __init__(self) -> None:
        self.variables: list[Any] = []
        self.scope = keras.StatelessScope(initialize_variables=False)

    def assigned(self, variable: Any) -> Any:
        """The value that a `build` gave a variable; None if it gave none."""
        return self.scope.get_current_value(variable)


@contextmanager
def deferred_variables() -> Iterator[Deferred]:
    """Within, variables are made with a shape but without a value.

    `keras.StatelessScope` is public, but collects such variables in one global list, which the
    next symbolic call of any model initialises. The list is ours while we build.
    """
    deferred = Deferred()
    saved = global_state.get_global_attribute(PENDING, [], set_to_default=True)
    global_state.set_global_attribute(PENDING, deferred.variables)
    try:
        with deferred.scope:
            yield deferred
    finally:
        global_state.set_global_attribute(PENDING, saved)


@contextmanager
def values_at_once() -> Iterator[None]:
    """Within a deferred build, variables get their values when they are made.

    Some layers (a stateful RNN) create variables from tensors, which no scope allows.
    """
    pending = global_state.get_global_attribute(PENDING)
    scope = global_state.get_global_attribute("stateless_scope")
    global_state.set_global_attribute(PENDING, [])
    global_state.set_global_attribute("stateless_scope", None)
    try:
        yield
    finally:
        global_state.set_global_attribute(PENDING, pending)
        global_state.set_global_attribute("stateless_scope", scope)


def has_value(variable: Any) -> bool:
    """Whether a variable has its value; reading `.value` of one without would compute it."""
    return variable._value is not None


def initializer_of(variable: Any) -> Any:
    """What will compute a variable's first value. There is no public way to ask."""
    return variable._initializer


def initialize(variable: Any, value: Any = None, trains: bool | None = None) -> None:
    """Gives a variable its first value: the given one, or its initializer's.

    `assign` refuses a variable without a value. TensorFlow fixes at this moment whether gradients
    reach the variable, so it must be what the layer made it, not what freezing made of it since;
    and its name, by which checkpoints and SavedModels know it.
    """
    frozen = variable._trainable
    variable._trainable = frozen if trains is None else trains
    try:
        if value is None:
            with _name_scope(variable.path.rpartition("/")[0]):
                variable._deferred_initialize()
        else:
            variable._initialize(_named_at_once(variable, value))
            variable._initializer = None
    finally:
        variable._trainable = frozen


ANY_NAME = "value"


def _named_at_once(variable: Any, value: Any) -> Any:
    """A value as the TensorFlow variable that `_initialize` would make of it; elsewhere as it is.

    TensorFlow makes a kernel anew for each variable's name, in more time than all else takes. So
    the variable is made under one name for all, and gets its own, which Python alone keeps.
    """
    if keras.backend.backend() != "tensorflow":
        return value
    import tensorflow as tf

    if tf.distribute.has_strategy():  # makes variables of its own
        return value
    made = tf.Variable(
        value,
        dtype=variable._dtype,
        trainable=variable._trainable,
        name=ANY_NAME,
        aggregation=variable._map_aggregation(variable.aggregation),
        synchronization=variable._map_synchronization(variable.synchronization),
    )
    made._handle_name = made.handle._name = f"{variable.path}:0"
    return made


def _name_scope(path: str) -> AbstractContextManager[object]:
    """TensorFlow's scope of names, as it is when a layer makes a variable at once."""
    if not path or keras.backend.backend() != "tensorflow":
        return nullcontext()
    import tensorflow as tf

    scope: AbstractContextManager[object] = tf.name_scope(f"{path}/")
    return scope


def made_trainable(layer: Any) -> set[int]:
    """The ids of the variables that a layer made as trainable, frozen since or not."""
    return {id(variable) for variable in layer._trainable_variables}


def parts_of(layer: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """A layer's own variables, its sublayers, and its random generators, as Keras tracks them."""
    variables = [*layer._trainable_variables, *layer._non_trainable_variables]
    return variables, list(layer._layers), list(layer._seed_generators)


def lookup_of(layer: Any) -> Any:
    """What a lookup layer keeps its words in: `TextVectorization` has a `StringLookup` inside."""
    return getattr(layer, "_lookup_layer", layer)


def initial_seed(generator: Any) -> int | None:
    """The seed that a generator was given; None if Keras drew one."""
    seed: int | None = generator._initial_seed
    return seed


def given_seed(initializer: Any) -> Any:
    """The seed that an initializer was given; its public `seed` may be one that Keras drew."""
    return initializer._init_seed


def is_random(initializer: Any) -> bool:
    """Whether an initializer draws random values."""
    return isinstance(initializer, RandomInitializer)


def history_of(tensor: Any) -> Any:
    """The operation that made a symbolic tensor: how a layer finds one that it refers to."""
    return tensor._keras_history.operation


def parents_of(operation: Any) -> list[Any]:
    """The operations whose tensors an operation's latest call took."""
    return [node.operation for node in operation._inbound_nodes[-1].parent_nodes]


def mask_of(tensor: Any) -> Any:
    """The mask that a tensor carries, which Keras keeps as an attribute; None if it has none."""
    return getattr(tensor, "_keras_mask", None)


def drop_mask(tensor: Any) -> None:
    """Takes away the mask that a tensor carries; Keras can set one, but not take it back."""
    del tensor._keras_mask


def class_of(module: str, name: str) -> Any:
    """A class that Keras has no public name for: operations, and the applications' own layers.

    Only names of the catalog come here.

    Raises:
        ValueError: the module is none of Keras's that hold such classes.
    """
    if not module.startswith((OPERATIONS, APPLICATIONS)):
        raise ValueError(f"{module} is not a module of Keras's operations")
    return getattr(importlib.import_module(module), name)


def is_of_applications(layer: Any) -> bool:
    """Whether a layer is one of those that Keras keeps for its applications."""
    return type(layer).__module__.startswith(APPLICATIONS)


def run_symbolically(function: Any, *args: Any, **kwargs: Any) -> Any:
    """What a function gives of symbolic tensors; layers in it are built, and nothing is computed.

    The public `compute_output_spec` of a layer runs its `call`, and only of a layer that is built.
    """
    return compute_output_spec(function, *args, **kwargs)


@contextmanager
def outside_of_graphs() -> Iterator[None]:
    """Within, TensorFlow computes values, though a graph may be traced around it."""
    if keras.backend.backend() != "tensorflow":
        yield
        return
    import tensorflow as tf

    with tf.init_scope():
        yield


def kept_whole(error: type[Exception]) -> None:
    """Makes Keras and TensorFlow pass on exceptions of a class as they are raised.

    Around each `call`, Keras makes an exception anew of its text, to add the arguments to it, and
    AutoGraph one of its own; what holds more than a text would be lost. Both leave those that
    carry these marks.
    """
    error._keras_call_info_injected = True  # type: ignore[attr-defined]  # Keras's mark
    error.ag_pass_through = True  # type: ignore[attr-defined]  # AutoGraph's


def not_converted(function: Any) -> Any:
    """Marks a function as one that AutoGraph has nothing to convert in.

    The public `do_not_convert` wraps a function, which costs each eager call.
    """
    function.autograph_info__ = {}
    return function


def read_anew(base: Any) -> Any:
    """What Keras reads pickled objects with, of a class that pickle finds in its module."""
    return base._unpickle_model


def registered_again(package: str, name: str, made: Any, base: Any) -> None:
    """Registers a class under the name of its base, which keeps it.

    Keras looks a class up when it writes, and a name when it reads: all classes of specs write one
    name, under which it finds the base, which makes the class that is meant.
    """
    keras.saving.register_keras_serializable(package=package, name=name)(made)
    keras.saving.register_keras_serializable(package=package, name=name)(base)
