"""What the layers for images share: images come one by one, or as a batch."""

from __future__ import annotations

from specc.catalog.rules.registry import Arguments, RuleError
from specc.catalog.rules.tensor_spec import Shape, Specs, TensorSpec, show_shape


def images_of(x: Specs) -> Shape | None:
    """The shape of an image or of a batch of images; None where it isn't known.

    Raises:
        RuleError: it can be neither. (Keras refuses it only when the model runs.)
    """
    shape = x.shape if isinstance(x, TensorSpec) else None
    if shape is not None and len(shape) not in (3, 4):
        raise RuleError(f"needs an image, or a batch of images, not {show_shape(shape)}")
    return shape


def resized(a: Arguments, shape: Shape) -> Shape:
    """The same images in the `height` and `width` of the arguments."""
    sizes = (a["height"], a["width"])
    if a.channels_first:
        return (*shape[:-2], *sizes)
    return (*shape[:-3], *sizes, shape[-1])
