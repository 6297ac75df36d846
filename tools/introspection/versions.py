"""The version of Keras that brought a name, for those later than 3.12, the oldest supported.

Found by comparing the public names of the released wheels; a later release's names are added the
same way when the pinned Keras is raised.
"""

from __future__ import annotations

_NEW: dict[str, dict[str, str]] = {
    "3.13": {
        "layers": (
            "AdaptiveAveragePooling1D AdaptiveAveragePooling2D AdaptiveAveragePooling3D "
            "AdaptiveMaxPooling1D AdaptiveMaxPooling2D AdaptiveMaxPooling3D"
        ),
        "quantizers": (
            "Float8QuantizationConfig Int4QuantizationConfig Int8QuantizationConfig "
            "QuantizationConfig"
        ),
        "ops": ("adaptive_average_pool adaptive_max_pool array_split empty_like ldexp vander"),
    },
    "3.14": {
        "layers": "ContrastLimitedAdaptiveHistogramEqualization",
        "dtype_policies": "AWQDTypePolicy Int4DTypePolicy",
        "quantizers": "AWQConfig",
        "optimizers": "ScheduleFreeAdamW",
        "ops": (
            "allclose depth_to_space dstack fliplr flipud fmod fold geomspace hsplit i0 nanargmax "
            "nanargmin nancumprod nancumsum nanmax nanmean nanmedian nanmin nanprod nanquantile "
            "nanstd nansum nanvar nextafter ptp rad2deg sinc space_to_depth vsplit"
        ),
    },
    "3.15": {
        "optimizers": "MultiOptimizer OptimizerMap",
        "ops": (
            "cdist dsplit erfc fabs fmax fmin matrix_rank nanpercentile percentile pinv "
            "segment_min segment_prod unique"
        ),
    },
}


def since(kind: str, name: str) -> str | None:
    """The first minor version with the name, or None for what every supported version has."""
    versions = (version for version, names in _NEW.items() if name in names.get(kind, "").split())
    return next(versions, None)
