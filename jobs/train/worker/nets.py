"""The networks: from pixels 0 to 255 to a score a class."""

from collections.abc import Callable, Mapping
from typing import Any

import keras
from keras import layers

from hub.rules.trainings import Options

_MOMENTUM = 0.9
"""Of the moving averages that prediction normalises by: Keras's 0.99 takes some 500 steps to come
near, and few pictures make few steps."""
_VGG16_BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Filters and convolutions of each block: configuration D of Simonyan & Zisserman 2014."""


def build_net(options: Options, *, classes: int, is_multi_label: bool, seed: int) -> keras.Model:
    """Return a model of (n, side, side, 3) pixels to (n, classes) scores from 0 to 1.

    Scores of a picture add up to 1, but with several labels, where each is by itself. Its first
    weights follow from the seed; pixels are scaled inside, so prediction needs no rule for it.
    """
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((options.side, options.side, 3), name="pixels")
    scaled = layers.Rescaling(1 / 127.5, offset=-1.0, name="scaled")(inputs)
    features = _BODIES[options.arch](scaled, options.dropout)
    # In full precision whatever the layers before: of the scores, the loss takes the logarithm.
    logits = layers.Dense(classes, name="logits", dtype="float32")(features)
    kind = "sigmoid" if is_multi_label else "softmax"
    scores = layers.Activation(kind, name="scores", dtype="float32")(logits)
    return keras.Model(inputs, scores, name=options.arch)


def logits_of(model: keras.Model) -> Any:
    """Return what a network's scores are made of, for losses that do not lose digits."""
    return model.get_layer("logits").output


def dropouts_of(model: keras.Model) -> list[Any]:
    return [layer for layer in model.layers if isinstance(layer, layers.Dropout)]


def _vgg16(x: Any, dropout: float) -> Any:
    return _vgg16_layers(x, dropout, is_normalised=False)


def _vgg16_bn(x: Any, dropout: float) -> Any:
    """VGG16 with batch normalisation (Ioffe & Szegedy 2015) after each convolution."""
    return _vgg16_layers(x, dropout, is_normalised=True)


def _vgg16_layers(x: Any, dropout: float, *, is_normalised: bool) -> Any:
    for block, (filters, convolutions) in enumerate(_VGG16_BLOCKS, 1):
        for number in range(1, convolutions + 1):
            x = _convolved(x, filters, name=f"conv{block}_{number}", is_normalised=is_normalised)
        x = layers.MaxPooling2D(2, name=f"pool{block}")(x)
    x = layers.Flatten(name="flat")(x)
    for number in (6, 7):
        x = layers.Dense(4096, kernel_initializer="he_normal", name=f"fc{number}")(x)
        x = layers.Activation("relu", name=f"fc{number}_relu")(x)
        x = _dropped(x, dropout, name=f"fc{number}_drop")
    return x


def _convolved(x: Any, filters: int, *, name: str, is_normalised: bool) -> Any:
    # He's first weights: with the published ones (a normal of 0.01) sixteen layers do not begin to
    # learn; the authors began with the weights of a shallower net.
    x = layers.Conv2D(filters, 3, padding="same", kernel_initializer="he_normal", name=name)(x)
    if is_normalised:
        x = layers.BatchNormalization(momentum=_MOMENTUM, name=f"{name}_bn")(x)
    return layers.Activation("relu", name=f"{name}_relu")(x)


def _smaller_vgg(x: Any, dropout: float) -> Any:
    """The net of the original hub: Rosebrock's SmallerVGGNet (2018), normalised after each relu."""
    blocks = ((32, 1, 3), (64, 2, 2), (128, 2, 2))
    for block, (filters, convolutions, pool) in enumerate(blocks, 1):
        for number in range(1, convolutions + 1):
            name = f"conv{block}_{number}"
            x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)(x)
            x = layers.BatchNormalization(momentum=_MOMENTUM, name=f"{name}_bn")(x)
        x = layers.MaxPooling2D(pool, name=f"pool{block}")(x)
        x = _dropped(x, dropout / 2, name=f"drop{block}")
    x = layers.Dense(1024, name="fc4")(layers.Flatten(name="flat")(x))
    x = layers.Activation("relu", name="fc4_relu")(x)
    x = layers.BatchNormalization(momentum=_MOMENTUM, name="fc4_bn")(x)
    return _dropped(x, dropout, name="fc4_drop")


def _dropped(x: Any, share: float, *, name: str) -> Any:
    return layers.Dropout(share, name=name)(x) if share else x


_BODIES: Mapping[str, Callable[[Any, float], Any]] = {
    "vgg16": _vgg16,
    "vgg16_bn": _vgg16_bn,
    "smaller_vgg": _smaller_vgg,
}
