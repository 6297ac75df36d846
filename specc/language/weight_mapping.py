"""A rule of what another library's weights are called here, and how they lie."""

from __future__ import annotations

from pydantic import Field

from specc.language.fields import Integer, MapOf, OneOrMore, Raw, Text
from specc.language.part import Part


class MappingRule(Part):
    """What tensors of some names become; it is done in the order of these keys."""

    from_: OneOrMore[Text] = Field(alias="from", description="Globs of keys there, one or several.")
    to: OneOrMore[Text] = Field(description="Keys here, with the same wildcards.")
    concat: Raw = Field(None, description="The axis along which several become one.")
    transpose: Raw = Field(None, description="The order of axes: [1, 0].")
    rearrange: Text | None = Field(
        None, description="Axes there and here: (heads dim) width -> width heads dim."
    )
    sizes: MapOf[Integer] = Field(default_factory=dict, description="Of the axes in `rearrange`.")
    split: Raw = Field(None, description="The axis along which one becomes several.")
    cast: MapOf[Text] | None = Field(None, description="The dtype there and here: {from, to}.")
