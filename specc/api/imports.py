"""What exists already becomes a spec: a live Keras object, or a model's file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from specc.api.specs import loads
from specc.api.weights import bind, save_weights
from specc.caller import held_path
from specc.diagnostics import Diagnostic
from specc.errors import SpeccError
from specc.importing import object_text, spec_texts
from specc.importing.conversion import Texts
from specc.importing.problems import Problems
from specc.importing.sameness import layers_of
from specc.importing.sources import read_source, source_name
from specc.memory import no_collection
from specc.references import PREFIX, Reference, Trust, trust_for, trust_of
from specc.source import atomic_path
from specc.spec import Spec, model_graph

if TYPE_CHECKING:
    from specc.source.reader import AnyPath


def import_model(
    path: AnyPath, fold: bool | None = None, *, trust: Collection[str] | Trust = ()
) -> Spec:
    """The spec of a model that is in a file: compiled, it has the model's config.

    Read are `.keras`, zipped or not, Keras's configs as JSON, full-model `.h5` of Keras 1 and 2,
    and SavedModels of Keras 2; all of them as data, without Keras. A `.keras` that specc wrote
    gives back its spec.

    Args:
        path: The file; the folder of an unzipped `.keras` or of a SavedModel; or a callable that
            gives a model, `python:package.module:name`.
        fold: Whether equal blocks become definitions and loops; if not given, where that makes the
            text much shorter.
        trust: Packages that a callable may be imported from.

    Raises:
        SpeccError: it can't be read, or holds what has no form in a spec.
    """
    if is_callable(path):
        return import_callable(str(path), fold, trust)[0]
    place = Path(held_path(path))
    name = source_name(place)
    found = read_source(place, Problems(name))
    if found.text:
        with suppress(SpeccError):  # it imports files that aren't here; its config has all of it
            return loads(found.text)
    return _spec(found.config, name, fold)


def import_callable(
    text: str, fold: bool | None = None, trust: Collection[str] | Trust = ()
) -> tuple[Spec, Any]:
    """The spec of the model that a callable of a trusted package gives, and the model.

    Args:
        text: `python:package.module:name`.
        fold: As for `import_model`.
        trust: Packages that may be imported. Nothing is, of another.

    Raises:
        SpeccError: the package isn't trusted, the callable gives no Keras model, or the model
            holds what has no form in a spec.
    """
    reference = Reference.parse(text)
    if reference is None:
        message = f"`{text}` is no reference to a callable"
        help_ = "write `python:package.module:name`, of a name at the module's top level"
        raise SpeccError([Diagnostic("S509", message, help=help_)])
    trusted = trust_for(reference.module, trust_of(trust))
    trusted.before_import()
    from specc.keras_backend.python.calling import made_model

    model = made_model(reference, trusted)
    return from_keras(model, fold), model


def from_keras(value: Any, fold: bool | None = None) -> Spec:
    """The spec of a live Keras object: a model, a layer, an optimizer, a loss.

    Args:
        value: A functional or sequential model, or any other object of Keras's own.
        fold: As for `import_model`.

    Raises:
        SpeccError: it is of a class that isn't Keras's, or holds what has no form in a spec.
        TypeError: it is no Keras object.
    """
    from specc.keras_backend.configs import live_config

    config, is_model = live_config(value)
    name = str(getattr(value, "name", "") or type(value).__name__)
    return _spec(config, name, fold) if is_model else loads(object_text(config, name))


def _spec(config: Mapping[str, Any], name: str, fold: bool | None) -> Spec:
    """The spec of a config; the folded one only if it makes the same model."""
    as_spec = f"{name}, as a spec"  # in messages about what it says
    with no_collection():
        texts = spec_texts(config, name, fold is not False)
        short = _folded(texts, as_spec, fold is True) if texts.short else None
        return short or loads(texts.flat, name=as_spec)


def _folded(texts: Texts, name: str, always: bool) -> Spec | None:
    """The folded spec, if it is wanted and its layers are those of the flat one."""
    if not always and texts.saved < MUCH_SHORTER:
        return None
    with suppress(SpeccError):
        short = loads(texts.folded, name=name)
        layers = texts.layers
        if layers is None:
            layers = layers_of(model_graph(loads(texts.flat, name=name)))
        return short if layers_of(model_graph(short)) == layers else None
    return None


MUCH_SHORTER: Final = 0.25
"""The part of the flat text's lines that a folded one spares if it is taken unasked."""


def is_callable(source: AnyPath) -> bool:
    """Whether a source is a reference to Python, and no file."""
    return isinstance(source, str) and source.startswith(PREFIX)


def write_live_weights(spec: Spec, model: Any, path: AnyPath, force: bool = False) -> None:
    """Writes the weights of a live model under the keys of its spec.

    Args:
        spec: What `import_callable` made of the model.
        model: The model.
        path: Where to, as for `write_weights`.
        force: Whether it may be overwritten.

    Raises:
        SpeccError: it can't be written.
    """
    with TemporaryDirectory() as folder:
        own = Path(folder, "own.safetensors")
        save_weights(model, own)
        save_weights(bind(spec, [str(own)]), path, force=force)


def write_weights(
    spec: Spec,
    source: AnyPath,
    path: AnyPath,
    force: bool = False,
    *,
    with_training: bool = False,
) -> None:
    """Writes the weights of a model's file under the keys of its spec.

    Args:
        spec: What `import_model` made of the file.
        source: The file.
        path: Where to; the suffix says the format, `.safetensors` for one.
        force: Whether it may be overwritten.
        with_training: Whether the optimizer's state and random generators come along.

    Raises:
        SpeccError: the file's weights aren't the model's, or the other can't be written.
    """
    model = bind(spec, [str(held_path(source))], with_training=with_training)
    save_weights(model, path, with_training=with_training, force=force)


@contextmanager
def spec_written(spec: Spec, path: AnyPath, force: bool = False) -> Iterator[None]:
    """Writes a spec's text to a file once the body is done; not at all, if that fails.

    Args:
        spec: The spec.
        path: The file.
        force: Whether it may be overwritten.

    Raises:
        SpeccError: it exists, or can't be written.
    """
    with atomic_path(Path(held_path(path)), force) as temporary:
        temporary.write_bytes(spec.text.encode("utf-8"))
        yield
