"""`tf.contrib.layers`: images as sequences and back, dense as sparse, and where features lie in an image."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.contrib.framework.scoped_arguments import add_arg_scope
from tf1rnn.contrib.framework.variables import model_variable
from tf1rnn.contrib.layers.collecting import collected, variable_collections


def _sizes(tensor: Any) -> list[Any]:
    dynamic = v1.shape(tensor)
    return [dynamic[i] if size is None else size for i, size in enumerate(tensor.shape.as_list())]


@add_arg_scope
def images_to_sequence(
    inputs: Any, data_format: str = "NHWC", outputs_collections: Any = None, scope: Any = None
) -> Any:
    """Images [batch, height, width, channels] -> sequences along the width [width, batch * height, channels].

    Raises ValueError unless data_format is "NHWC" or "NCHW".
    """
    if data_format not in ("NCHW", "NHWC"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    with v1.name_scope(scope, "ImagesToSequence", [inputs]) as entered:
        inputs = v1.convert_to_tensor(inputs)
        if data_format == "NCHW":
            inputs = v1.transpose(inputs, [0, 2, 3, 1])
        batch, height, width, channels = _sizes(inputs)
        outputs = v1.reshape(v1.transpose(inputs, [2, 0, 1, 3]), [width, batch * height, channels])
        return collected(outputs_collections, entered, outputs)


@add_arg_scope
def sequence_to_images(
    inputs: Any,
    height: int,
    output_data_format: str = "channels_last",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Any:
    """Sequences [width, batch * height, channels] -> images [batch, height, width, channels].

    With output_data_format "channels_first" the channels come second.
    """
    with v1.name_scope(scope, "SequenceToImages", [inputs]) as entered:
        inputs = v1.convert_to_tensor(inputs)
        width, rows, channels = _sizes(inputs)
        outputs = v1.reshape(inputs, [width, rows // height, height, channels])
        order = [1, 3, 2, 0] if output_data_format == "channels_first" else [1, 2, 0, 3]
        return collected(outputs_collections, entered, v1.transpose(outputs, order))


@add_arg_scope
def dense_to_sparse(tensor: Any, eos_token: int = 0, outputs_collections: Any = None, scope: Any = None) -> Any:
    """SparseTensor of the values of a dense int tensor that are not `eos_token`."""
    with v1.variable_scope(scope, "dense_to_sparse", [tensor]) as entered:
        tensor = v1.convert_to_tensor(tensor)
        indices = v1.where(v1.not_equal(tensor, v1.constant(eos_token, tensor.dtype)))
        shape = v1.shape(tensor, out_type=v1.int64)
        outputs = v1.SparseTensor(indices, v1.gather_nd(tensor, indices), shape)
        return collected(outputs_collections, entered.name, outputs)


@add_arg_scope
def spatial_softmax(
    features: Any,
    temperature: float | None = None,
    name: str | None = None,
    variables_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
) -> Any:
    """The mean place of each channel of an image (Levine et al. 2016).

        p = softmax of the channel / temperature, over all places        outputs = sum(p * place)

    Args:
        features: [batch, height, width, channels].
        temperature: start of the variable `temperature`, 1 by default.
        name: scope, "spatial_softmax" by default.
        variables_collections, trainable: see fully_connected.
        data_format: "NHWC" or "NCHW".

    Returns: [batch, channels * 2], for each channel its place in height and width, from -1 to 1.

    Raises ValueError for an unknown layout.
    """
    if data_format not in ("NCHW", "NHWC"):
        raise ValueError("data_format has to be either NCHW or NHWC.")
    with v1.variable_scope(name, "spatial_softmax"):
        features = v1.convert_to_tensor(features)
        variable = model_variable(
            "temperature",
            shape=(),
            dtype=v1.float32,
            initializer=v1.ones_initializer() if temperature is None else v1.constant_initializer(temperature),
            trainable=trainable,
            # One that is not trained goes to no collections in TensorFlow 1.15 either.
            collections=variable_collections(variables_collections, "temperature") if trainable else None,
        )
        if data_format == "NHWC":
            features = v1.transpose(features, [0, 3, 1, 2])
        _, channels, height, width = _sizes(features)
        rows = v1.linspace(-1.0, 1.0, height)
        columns = v1.linspace(-1.0, 1.0, width)
        share = v1.nn.softmax(v1.reshape(features, [-1, height * width]) / variable)
        place = v1.stack(
            [
                v1.reshape(v1.tile(rows[:, None], [1, width]), [-1]),
                v1.reshape(v1.tile(columns[None], [height, 1]), [-1]),
            ],
            axis=1,
        )
        outputs = v1.reshape(v1.matmul(share, place), [-1, channels * 2])
        outputs.set_shape([features.shape.as_list()[0], None])
        return outputs
