"""What each layer is called on; what its constructor needs is in the catalog's examples."""

SEQUENCE = "x: {shape: [6, 4]}"
IMAGE = "x: {shape: [8, 8, 3]}"
VOLUME = "x: {shape: [4, 8, 8, 3]}"
TWO = "x: {shape: [6, 4]}, y: {shape: [6, 4]}"


def _for(names, value):
    return dict.fromkeys(names.split(), value)


INPUTS = {
    **_for("Dense Embedding RepeatVector", "x: {shape: [4]}"),
    **_for(
        "AdaptiveAveragePooling2D AdaptiveMaxPooling2D AveragePooling2D Conv2D "
        "Conv2DTranspose Cropping2D DepthwiseConv2D GlobalAveragePooling2D "
        "GlobalMaxPooling2D MaxPooling2D SeparableConv2D SpatialDropout2D UpSampling2D "
        "ZeroPadding2D AutoContrast CenterCrop AugMix CutMix MixUp RandAugment RandomBrightness "
        "RandomColorDegeneration RandomColorJitter RandomContrast RandomCrop "
        "RandomElasticTransform RandomErasing RandomFlip RandomGaussianBlur RandomGrayscale "
        "RandomHue RandomInvert "
        "RandomPerspective RandomPosterization RandomRotation RandomSaturation RandomSharpness "
        "RandomShear RandomTranslation RandomZoom Resizing Solarization ConvLSTM1D",
        IMAGE,
    ),
    **_for(
        "AdaptiveAveragePooling3D AdaptiveMaxPooling3D AveragePooling3D Conv3D "
        "Conv3DTranspose Cropping3D GlobalAveragePooling3D "
        "GlobalMaxPooling3D MaxPooling3D SpatialDropout3D UpSampling3D ZeroPadding3D ConvLSTM2D",
        VOLUME,
    ),
    "ConvLSTM3D": "x: {shape: [2, 4, 4, 4, 3]}",
    "GroupNormalization": "x: {shape: [8, 8, 32]}",
    "STFTSpectrogram": "x: {shape: [512, 1]}",
    **_for("StringLookup TextVectorization Hashing", "x: {shape: [1], dtype: string}"),
    **_for("IntegerLookup CategoryEncoding", "x: {shape: [1], dtype: int32}"),
    "HashedCrossing": "x: {shape: [1], dtype: string}, y: {shape: [1], dtype: string}",
    "EinsumDense": "x: {shape: [4]}",
    **_for(
        "Add AdditiveAttention Attention Average Concatenate Dot GroupQueryAttention Maximum "
        "Minimum MultiHeadAttention Multiply Subtract",
        TWO,
    ),
}
CALLS = {
    **_for(
        "Add AdditiveAttention Attention Average Concatenate Dot HashedCrossing Maximum Minimum "
        "Multiply Subtract",
        "in: [x, y]",
    ),
    **_for("GroupQueryAttention MultiHeadAttention", "in: x, args: {value: y}"),
}
NOT_CALLED_ALONE = {
    **_for("GRUCell LSTMCell SimpleRNNCell StackedRNNCells", "a cell, called by `RNN`"),
    "Equalization": "Keras makes no functional model of it",
}


def step_of(name, arguments):
    """A step as JSON, which is YAML."""
    import json

    beside = CALLS.get(name, "")
    return f"- {{{json.dumps(name)}: {json.dumps(arguments)}{', ' if beside else ''}{beside}}}"


def inputs_of(name):
    """The model's inputs for a layer."""
    return INPUTS.get(name, SEQUENCE)
