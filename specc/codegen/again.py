"""A declared layer followed again: for other parameters, or for inputs of other sizes."""

from __future__ import annotations

from collections.abc import Mapping

from specc.catalog.rules import Specs
from specc.errors import SpeccError
from specc.ir import DeclaredLayer
from specc.passes.expand import LayerText, layer_text
from specc.references import Importer


class Again:
    """Follows a layer again.

    Args:
        declared: The layer.
        params: The values of its parameters.
        given: What it is called on, by name.
        dtype: Its dtype policy.
        importer: Follows references to users' classes and functions.
    """

    def __init__(
        self,
        declared: DeclaredLayer,
        params: Mapping[str, object],
        given: Mapping[str, Specs],
        dtype: object,
        importer: Importer,
    ) -> None:
        self.declared = declared
        self.params = params
        self.given = given
        self.dtype = dtype
        self.importer = importer
        self._text: LayerText | None = None

    def layer(
        self, params: Mapping[str, object], given: Mapping[str, Specs]
    ) -> DeclaredLayer | None:
        """The layer for other values; None if it can't be followed for them."""
        try:
            found = self._read().with_params({**self.params, **params}, self.dtype).declared()
        except SpeccError:
            return None
        args: list[Specs] = []
        if found.form == "list":
            args, given = [list(given.values())], {}
        elif found.form == "mapping":
            args, given = [dict(given)], {}
        found.infer_call(args, given, self.dtype)
        return found if found.followed else None

    @property
    def doc(self) -> str:
        """What the spec says of the layer."""
        return self._read().doc or ""

    def _read(self) -> LayerText:
        """The text of the layer.

        Raises:
            SpeccError: it can't be read by itself.
        """
        if self._text is None:
            config = self.declared.config()
            layer, texts = str(config["layer"]), config["spec"]
            assert isinstance(texts, dict)  # noqa: S101 - as `embedded` writes it
            self._text = layer_text(layer, texts, self.importer)
        return self._text
