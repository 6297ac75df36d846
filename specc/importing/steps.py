"""The calls of a model become steps of a body."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from specc.catalog import Entry, Kind
from specc.catalog.rules.policy import layer_dtype
from specc.importing.arguments import NOTHING, call_arguments, kept_arguments, usual_training
from specc.importing.carried import EXPRESSION, Carried
from specc.importing.expressions import (
    NoText,
    expression_steps,
    find_operation,
    functions_of,
    operation_text,
    structure_of,
    text_of,
)
from specc.importing.names import is_local, is_name, local_like, unique
from specc.importing.objects import DECLARED, Objects, entry_of, escaped
from specc.importing.order import Call, call_order
from specc.importing.outputs import Outputs, outputs_of
from specc.importing.parts import (
    Application,
    ImportedLayer,
    ImportedModel,
    Plain,
    Ref,
    Structure,
    refs,
)
from specc.importing.problems import Problems
from specc.importing.tf_calls import (
    RESIZE,
    UNSTACK,
    is_shape,
    is_tf,
    resized,
    size_of,
    tf_function,
    tf_names,
    tf_outputs,
    tf_text,
    unstacked_text,
)

BY_HAND = "write what it computes as an `expr:` step, with the functions of `keras.ops`"

Step = dict[str, Plain]


@dataclass
class Scope:
    """What the steps of one model are written with."""

    problems: Problems
    objects: Objects
    models: Mapping[str, str]
    """Names of definitions, by the names of the models inside."""
    carried: Carried
    """The definitions of layers that a spec declares."""
    reserved: frozenset[str] = frozenset()
    """Names that expressions use otherwise: inputs, definitions, functions."""
    frozen: bool = False
    """Whether the model as a whole is frozen, so that its layers need not say so."""
    prefix: str = ""
    """What the keys of its layers begin with."""


@dataclass
class Written:
    """A call that has its step."""

    step: Step
    outputs: Outputs
    local: str = ""
    stem: str = ""
    """What names for its outputs begin with."""
    parts: dict[int, str] = field(default_factory=dict)


class Body:
    """Writes the steps of one model."""

    def __init__(self, model: ImportedModel, scope: Scope) -> None:
        self.model = model
        self.scope = scope
        self.layers = {layer.name: layer for layer in model.layers}
        self.steps: list[Step] = []
        self.written: dict[Call, Written] = {}
        self.previous: Ref | None = None
        self.names: set[str] = set()
        self.locals: set[str] = set(scope.reserved)
        self.functions = Counter(
            name for layer in model.layers if layer.calls for name in called_functions(layer)
        )
        self.used = _used_outputs(model)

    def write(self) -> list[Step]:
        """All steps, in order."""
        inputs = [layer for layer in self.model.layers if layer.class_name == "InputLayer"]
        for layer in inputs:
            self._give_input(layer)
        if len(inputs) == 1:
            self.previous = Ref(inputs[0].name)
        for call in call_order(self.model):
            layer = self.layers[call[0]]
            if layer.class_name != "InputLayer":
                with self.scope.problems.within(layer.name):
                    self._write_call(layer, call[1])
        return self.steps

    def outputs(self) -> Plain:
        """The model's `outputs`; None if it is the last step's."""
        if self.model.outputs == self.previous and self.steps and not self._is_list():
            return None
        return structure_of(self.model.outputs, self.name_of)

    def _is_list(self) -> bool:
        """Whether the last step has several outputs, of which only the first is meant."""
        last = self.previous
        written = self.written.get((last.layer, last.call)) if last else None
        return written is not None and written.outputs.is_list and bool(written.parts)

    def _give_input(self, layer: ImportedLayer) -> None:
        self.names.add(layer.name)
        self.locals.add(layer.name)
        self.written[layer.name, 0] = Written({}, Outputs(), layer.name, layer.name)

    def _write_call(self, layer: ImportedLayer, index: int) -> None:
        try:
            if is_tf(layer) and (text := self._shape_text(layer, layer.calls[index])):
                self.written[layer.name, index] = Written({}, Outputs(), text)
                return
            written = self._written(layer, index)
        except NoText as problem:
            help_ = BY_HAND if is_tf(layer) else ""
            self.scope.problems.error("S525", f"{problem} has no form in a spec", help_)
            # What reads it keeps silent: a spec with a problem is never written.
            self.written[layer.name, index] = Written({}, Outputs(), "missing")
            return
        self.written[layer.name, index] = written
        self.steps.append(written.step)
        self._give_parts(layer, index, written)
        self.previous = Ref(layer.name, index)

    def _written(self, layer: ImportedLayer, index: int) -> Written:
        if is_tf(layer):
            return self._tensorflow(layer, index)
        return self._first(layer) if index == 0 else self._again(layer, index)

    def _tensorflow(self, layer: ImportedLayer, index: int) -> Written:
        """A call of TensorFlow's. It has no weights, so its name says nothing."""
        call, stem = layer.calls[index], layer.name
        if tf_function(layer) == RESIZE:
            images, arguments = resized(layer, call)
            step: Step = {"Resizing": arguments}
            self._put_inputs(step, Application((images,), {}), None)
        elif tf_function(layer) == UNSTACK:
            return self._unstacked(layer, index)
        else:
            step = {"expr": tf_text(layer, call, self.name_of)}
        return Written(step, tf_outputs(layer, call), stem=stem)

    def _unstacked(self, layer: ImportedLayer, index: int) -> Written:
        """Of what is unstacked, each that something reads."""
        written = Written({}, Outputs(is_list=True), stem=layer.name)
        used = sorted(self.used.get((layer.name, index), ()))
        texts = {
            self._part(layer, written, place): unstacked_text(
                layer, layer.calls[index], place, self.name_of
            )
            for place in used
        }
        written.step["expr"] = texts
        return written

    def _shape_text(self, layer: ImportedLayer, call: Application) -> str:
        """`x.shape` of TensorFlow's shape, and `x.shape[1]`; empty for all else."""
        if is_shape(layer):
            [tensor] = call.args
            return f"{self._kept_name(tensor)}.shape" if isinstance(tensor, Ref) else ""
        found = size_of(layer, call) if tf_function(layer) else None
        if found is None or not is_shape(self.layers[found[0].layer]):
            return ""
        return f"{self.name_of(found[0])}[{found[1]}]"

    def _kept_name(self, ref: Ref) -> str:
        """A name that later steps may use as well."""
        before, self.previous = self.previous, None
        try:
            return self.name_of(ref)
        finally:
            self.previous = before

    def _first(self, layer: ImportedLayer) -> Written:
        call = layer.calls[0] if layer.calls else Application((), {})
        name, keras_name = self._name(layer)
        operation = find_operation(layer)
        if operation is not None:
            step: Step = {"expr": operation_text(layer, operation, call, self.name_of)}
            outputs = outputs_of(layer, call)
        elif layer.class_name == EXPRESSION:
            step = {"expr": expression_steps(layer, call, self.name_of)}
            outputs = outputs_of(layer, call)
        else:
            step, outputs = self._layer_step(layer, call)
        self.scope.carried.tune(f"{self.scope.prefix}{name}", layer.config)
        step["name"] = name
        if keras_name:
            step["keras_name"] = escaped(keras_name)
        written = Written(step, outputs, stem=name)
        if is_local(name):
            written.local = name
        return written

    def _again(self, layer: ImportedLayer, index: int) -> Written:
        call = layer.calls[index]
        callee = self._callee(layer)
        args = [text_of(each, self.name_of) for each in call.args]
        args += [
            f"{key}={text_of(value, self.name_of)}"
            for key, value in kept_arguments(call.kwargs, self._usual_training(layer)).items()
        ]
        step: Step = {"expr": f"{callee}({', '.join(args)})"}
        written = Written(step, outputs_of(layer, call), stem=f"{layer.name}_{index}")
        if 0 in self.used.get((layer.name, index), ()) and not written.outputs.is_list:
            written.local = local_like(written.stem, self.locals | self.names)
            self.locals.add(written.local)
            step["as"] = written.local
        return written

    def _usual_training(self, layer: ImportedLayer) -> Structure:
        if layer.class_name in DECLARED:
            return False
        entry = entry_of(Kind.LAYER, layer.class_name, layer.module)
        return usual_training(None if layer.model is not None else entry)

    def _callee(self, layer: ImportedLayer) -> str:
        """The name of a layer, to call it again."""
        return self.name_of(Ref(layer.name))

    def _name(self, layer: ImportedLayer) -> tuple[str, str]:
        """The step's name, and the one for Keras where that is another."""
        name, others = layer.name, self.scope.reserved | self._called(layer)
        if not is_name(name) or name in self.names or name in others:
            name = unique(name, {*self.names, *others, *self.layers})
        self.names.add(name)
        self.locals.add(name)
        kept = name == layer.name or "/" in layer.name  # which Keras 3 allows in no name
        return name, "" if kept else layer.name

    def _called(self, layer: ImportedLayer) -> set[str]:
        """The functions that expressions of other layers call."""
        own = called_functions(layer) if self.functions else ()
        return {each for each, count in self.functions.items() if count > (each in own)}

    def _layer_step(self, layer: ImportedLayer, call: Application) -> tuple[Step, Outputs]:
        if layer.model is not None:
            step: Step = {self.scope.models[layer.name]: None}
            self._beside(step, layer, None)
            self._put_inputs(step, call, None)
            return step, outputs_of(layer, call)
        if layer.class_name in DECLARED:
            return self._declared(layer, call), outputs_of(layer, call)
        entry = self._entry(layer)
        if entry is None:
            return {}, Outputs()
        arguments = self.scope.objects.arguments(entry, layer.config)
        step = {entry.name: escaped(arguments) or None}
        self._beside(step, layer, entry)
        self._put_inputs(step, call, entry)
        return step, outputs_of(layer, call)

    def _declared(self, layer: ImportedLayer, call: Application) -> Step:
        """The use of a definition that the layer carries."""
        name, arguments = self.scope.carried.use(layer.config)
        step: Step = {name: arguments or None}
        self._beside(step, layer, None)
        dtype = self.scope.objects.policy(layer.config.get("dtype"))
        if dtype not in (None, self.scope.objects.dtype):
            step["dtype"] = escaped(dtype)
        first, *others = self.scope.carried.inputs(name)
        given = {**dict(zip(others, call.args[1:], strict=False)), **kept_arguments(call.kwargs)}
        self._put_given(step, call.args[0] if call.args else given.pop(first, NOTHING), given)
        return step

    def _entry(self, layer: ImportedLayer) -> Entry | None:
        value: dict[str, Plain] = {"class_name": layer.class_name, "module": layer.module}
        entry = entry_of(Kind.LAYER, layer.class_name, layer.module)
        if entry is None or entry.refused is not None:
            self.scope.objects.report_class(Kind.LAYER, layer.class_name, value, entry)
            return None
        return entry

    def _beside(self, step: Step, layer: ImportedLayer, entry: Entry | None) -> None:
        if layer.config.get("trainable") is False and not self.scope.frozen:
            step["trainable"] = False
        if entry is None or "dtype" not in entry.step_keys:
            return
        dtype = self.scope.objects.policy(layer.config.get("dtype"))
        counted = layer_dtype(entry, layer.config, None, self.scope.objects.dtype)
        if dtype is not None and dtype != counted:
            step["dtype"] = escaped(dtype)

    def _put_inputs(self, step: Step, call: Application, entry: Entry | None) -> None:
        self._put_given(step, *call_arguments(call, entry))

    def _put_given(self, step: Step, first: Structure, named: Mapping[str, Structure]) -> None:
        if first is not NOTHING and not (first == self.previous and isinstance(first, Ref)):
            step["in"] = structure_of(first, self.name_of)
        if named:
            step["args"] = {key: structure_of(item, self.name_of) for key, item in named.items()}

    def _give_parts(self, layer: ImportedLayer, index: int, written: Written) -> None:
        """Names for the outputs after the first, and for a first that has no other."""
        if written.parts:
            return
        if written.outputs.names:
            written.parts = dict(enumerate(written.outputs.names))
            self.locals.update(written.outputs.names)
            return
        used = sorted(self.used.get((layer.name, index), ()))
        several = written.outputs.count > 1 or written.outputs.is_list or any(used)
        if several and not written.outputs.keys:
            count = max(written.outputs.count, *used, 1) if used else written.outputs.count
            count = max(count, (used[-1] + 1) if used else 1)
            names = [self._part(layer, written, i) if i in used else "_" for i in range(count)]
            if any(name != "_" for name in names):
                written.step["as"] = names

    def _part(self, layer: ImportedLayer, written: Written, output: int) -> str:
        if output == 0 and written.local and not written.outputs.is_list:
            return "_"
        name = local_like(f"{written.stem}_{output}", self.locals | self.names)
        self.locals.add(name)
        written.parts[output] = name
        return name

    def name_of(self, ref: Ref) -> str:
        """What an expression calls an output."""
        written = self.written.get((ref.layer, ref.call))
        if written is None:
            raise NoText(f"a call that reads `{ref.layer}` before it is made")
        if ref.output in written.parts:
            return written.parts[ref.output]
        if written.outputs.keys:
            return f"{self._local(ref, written)}[{text_of(written.outputs.keys[ref.output], str)}]"
        return self._local(ref, written)

    def _local(self, ref: Ref, written: Written) -> str:
        if not written.local:
            if ref == self.previous and not written.outputs.keys:
                return "_"
            written.local = local_like(ref.layer, self.locals | self.names)
            self.locals.add(written.local)
            written.step["as"] = written.local
        return written.local


def called_functions(layer: ImportedLayer) -> frozenset[str]:
    """The functions that an expression for a layer will call."""
    return tf_names(layer) if is_tf(layer) else functions_of(layer)


def _used_outputs(model: ImportedModel) -> dict[Call, set[int]]:
    """The outputs of each call that something reads."""
    found: dict[Call, set[int]] = defaultdict(set)
    applications: Iterable[Application] = (call for each in model.layers for call in each.calls)
    for ref in refs([model.outputs, *([call.args, call.kwargs] for call in applications)]):
        found[ref.layer, ref.call].add(ref.output)
    return found
