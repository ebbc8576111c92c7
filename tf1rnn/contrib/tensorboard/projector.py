"""The settings of TensorBoard's embedding projector (`tf.contrib.tensorboard.plugins.projector`).

The messages are built from their field numbers, which are the format of TensorBoard's files: TensorBoard need not be
installed.
"""

from __future__ import annotations

import os
from typing import Any

import tensorflow.compat.v1 as v1
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

_Field = descriptor_pb2.FieldDescriptorProto

# message -> field -> (number, type, repeated)
_MESSAGES: dict[str, dict[str, tuple[int, Any, bool]]] = {
    "SpriteMetadata": {"image_path": (1, _Field.TYPE_STRING, False), "single_image_dim": (2, _Field.TYPE_UINT32, True)},
    "EmbeddingInfo": {
        "tensor_name": (1, _Field.TYPE_STRING, False),
        "metadata_path": (2, _Field.TYPE_STRING, False),
        "bookmarks_path": (3, _Field.TYPE_STRING, False),
        "tensor_shape": (4, _Field.TYPE_UINT32, True),
        "sprite": (5, "SpriteMetadata", False),
        "tensor_path": (6, _Field.TYPE_STRING, False),
    },
    "ProjectorConfig": {
        "model_checkpoint_path": (1, _Field.TYPE_STRING, False),
        "embeddings": (2, "EmbeddingInfo", True),
        "model_checkpoint_dir": (3, _Field.TYPE_STRING, False),
    },
}


def _built() -> tuple[Any, dict[str, Any]]:
    file = descriptor_pb2.FileDescriptorProto(
        name="tensorflow/contrib/tensorboard/plugins/projector/projector_config.proto",
        package="tensorflow",
        syntax="proto3",
    )
    for name, fields in _MESSAGES.items():
        message = file.message_type.add(name=name)
        for field_name, (number, kind, repeated) in fields.items():
            field = message.field.add(name=field_name, number=number)
            field.label = _Field.LABEL_REPEATED if repeated else _Field.LABEL_OPTIONAL
            if isinstance(kind, str):
                field.type, field.type_name = _Field.TYPE_MESSAGE, f".tensorflow.{kind}"
            else:
                field.type = kind
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found = {n: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"tensorflow.{n}")) for n in _MESSAGES}
    return pool.FindFileByName(file.name), found


DESCRIPTOR, _classes = _built()
SpriteMetadata: Any = _classes["SpriteMetadata"]
EmbeddingInfo: Any = _classes["EmbeddingInfo"]
ProjectorConfig: Any = _classes["ProjectorConfig"]


def visualize_embeddings(summary_writer: Any, config: Any) -> None:
    """Writes projector_config.pbtxt beside the summaries, where TensorBoard looks for it.

    Args:
        summary_writer: a FileWriter.
        config: a ProjectorConfig.

    Raises ValueError for a writer without folder.
    """
    folder = summary_writer.get_logdir()
    if folder is None:
        raise ValueError("Summary writer must have a logdir")
    folder = folder.decode() if isinstance(folder, bytes) else folder
    with v1.gfile.Open(os.path.join(folder, "projector_config.pbtxt"), "w") as file:
        file.write(text_format.MessageToString(config))
