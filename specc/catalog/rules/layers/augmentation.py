"""Layers that change images at random, to train on more of them."""

from __future__ import annotations

from specc.catalog.rules.arithmetic import kept
from specc.catalog.rules.layers.images import images_of, resized
from specc.catalog.rules.registry import (
    Arguments,
    CallArguments,
    RuleError,
    shapes_of,
    slots_of,
    stateless,
)
from specc.catalog.rules.slot_spec import SlotSpec, generator
from specc.catalog.rules.tensor_spec import UNKNOWN, Shape, Specs, TensorSpec, show_shape

RANDOM = (
    "CutMix",
    "MixUp",
    "RandomBrightness",
    "RandomContrast",
    "RandomElasticTransform",
    "RandomErasing",
    "RandomFlip",
    "RandomGaussianBlur",
    "RandomHue",
    "RandomInvert",
    "RandomPerspective",
    "RandomPosterization",
    "RandomRotation",
    "RandomSaturation",
    "RandomSharpness",
    "RandomShear",
    "RandomTranslation",
    "RandomZoom",
    "Solarization",
)
"""Classes with a generator of their own, and no layers inside."""

CLAHE = "ContrastLimitedAdaptiveHistogramEqualization"

SOME = ("random_shear", "random_translation", "random_rotation")
COLOURS = ("random_brightness", "random_color_degeneration", "random_contrast", "random_sharpness")
MORE = ("solarization", "random_posterization")
JITTERS = ("brightness", "contrast", "saturation", "hue")


stateless("AutoContrast", CLAHE, "Equalization", "MaxNumBoundingBoxes")


@shapes_of(*RANDOM, "AugMix", "AutoContrast", CLAHE, "RandAugment", "RandomColorJitter")
def augmented(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Images as they are, with all that comes along, in one dtype, as Keras says."""
    _check_images(x)
    return kept(x, a.policy.compute)


@shapes_of("Equalization")
def equalization(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Images as they are, in the dtype in which they come."""
    _check_images(x)
    return x


@shapes_of("RandomGrayscale")
def grayscale(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Images as they are, in the dtype in which they come."""
    if not isinstance(x, TensorSpec):
        raise RuleError("takes images alone, without labels, boxes or masks")
    images_of(x)
    return x


@shapes_of("RandomColorDegeneration")
def color_degeneration(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Images of three channels as they are."""
    if not isinstance(x, TensorSpec):
        raise RuleError("takes images alone, without labels, boxes or masks")
    shape = images_of(x)
    if shape is not None and shape[-3 if a.channels_first else -1] not in (3, None):
        raise RuleError(f"needs images of 3 channels, not {show_shape(shape)}")
    return kept(x, a.policy.compute)


@shapes_of("RandomCrop")
def random_crop(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Images of the given height and width."""
    shape = images_of(x)
    return UNKNOWN if shape is None else TensorSpec(resized(a, shape), a.policy.compute)


@shapes_of("MaxNumBoundingBoxes")
def bounding_boxes(a: Arguments, x: Specs, call: CallArguments) -> Specs:
    """Images as they are, with `max_number` boxes each."""
    _check_images(x)
    found = kept(x, a.policy.compute)
    boxes = found.get("bounding_boxes") if isinstance(found, dict) else None
    if not isinstance(found, dict) or boxes is None:
        return found
    if not isinstance(boxes, dict) or set(boxes) != {"boxes", "labels"}:
        return UNKNOWN
    counted = {name: _counted(each, a["max_number"]) for name, each in boxes.items()}
    return {**found, "bounding_boxes": counted}


@slots_of(*RANDOM, "RandomColorDegeneration", "RandomCrop", "RandomGrayscale")
def random_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """The generator that the layer draws from."""
    return _generators()


@slots_of("AugMix")
def aug_mix_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """A generator, and that of each layer inside."""
    return _generators(*SOME, *MORE, *(COLOURS if a["all_ops"] else ()))


@slots_of("RandAugment")
def rand_augment_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """A generator, and that of each layer inside."""
    return _generators(*SOME, *COLOURS, *MORE)


@slots_of("RandomColorJitter")
def color_jitter_slots(a: Arguments, x: Specs) -> list[SlotSpec] | None:
    """A generator, and that of each layer inside, of which there is one a factor."""
    return _generators(*(f"random_{jitter}" for jitter in JITTERS if _jitters(a, jitter)))


def _jitters(a: Arguments, jitter: str) -> bool:
    return a[f"{jitter}_factor"] is not None


def _generators(*layers: str) -> list[SlotSpec]:
    return [generator("generator"), *(generator(f"{layer}.generator") for layer in layers)]


def _check_images(x: Specs) -> None:
    images_of(x.get("images") if isinstance(x, dict) else x)


def _counted(x: Specs, count: int) -> Specs:
    """Boxes, or their labels, of which there are `count` an image."""
    shape: Shape | None = x.shape if isinstance(x, TensorSpec) else None
    if shape is None or not isinstance(x, TensorSpec):
        return UNKNOWN
    if len(shape) < 2:
        raise RuleError(f"needs boxes and labels of a batch of images, not {show_shape(shape)}")
    return TensorSpec((shape[0], count, *shape[2:]), x.dtype)
