"""The message in which TensorFlow 1.15 keeps hyperparameters (`tensorflow.HParamDef`).

It is built from its field numbers, which are the format of files: a map from the name to one of int64_value (1),
float_value (2), bytes_value (3), int64_list (4), float_list (5), bytes_list (6), bool_value (7), bool_list (8).
"""

from __future__ import annotations

import functools
from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_Field = descriptor_pb2.FieldDescriptorProto
_LISTS = {
    "BytesList": _Field.TYPE_BYTES,
    "FloatList": _Field.TYPE_FLOAT,
    "Int64List": _Field.TYPE_INT64,
    "BoolList": _Field.TYPE_BOOL,
}
_SINGLE = {
    "int64_value": (1, _Field.TYPE_INT64),
    "float_value": (2, _Field.TYPE_FLOAT),
    "bytes_value": (3, _Field.TYPE_BYTES),
    "bool_value": (7, _Field.TYPE_BOOL),
}
_LISTED = {
    "int64_list": (4, "Int64List"),
    "float_list": (5, "FloatList"),
    "bytes_list": (6, "BytesList"),
    "bool_list": (8, "BoolList"),
}
_PATH = ".tensorflow.HParamDef"


@functools.cache
def message_class() -> Any:
    """The class HParamDef."""
    file = descriptor_pb2.FileDescriptorProto(
        name="tensorflow/contrib/training/python/training/hparam.proto", package="tensorflow", syntax="proto3"
    )
    message = file.message_type.add(name="HParamDef")
    for name, kind in _LISTS.items():
        field = message.nested_type.add(name=name).field.add(name="value", number=1, type=kind)
        field.label = _Field.LABEL_REPEATED
        if kind != _Field.TYPE_BYTES:
            field.options.packed = True
    value = message.nested_type.add(name="HParamType")
    value.oneof_decl.add(name="kind")
    for name, (number, single) in _SINGLE.items():
        value.field.add(name=name, number=number, type=single, label=_Field.LABEL_OPTIONAL, oneof_index=0)
    for name, (number, listed) in _LISTED.items():
        field = value.field.add(name=name, number=number, type=_Field.TYPE_MESSAGE, oneof_index=0)
        field.label, field.type_name = _Field.LABEL_OPTIONAL, f"{_PATH}.{listed}"
    entry = message.nested_type.add(name="HparamEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=_Field.TYPE_STRING, label=_Field.LABEL_OPTIONAL)
    held = entry.field.add(name="value", number=2, type=_Field.TYPE_MESSAGE, label=_Field.LABEL_OPTIONAL)
    held.type_name = f"{_PATH}.HParamType"
    by_name = message.field.add(name="hparam", number=1, type=_Field.TYPE_MESSAGE, label=_Field.LABEL_REPEATED)
    by_name.type_name = f"{_PATH}.HparamEntry"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("tensorflow.HParamDef"))


def pack(values: dict[str, tuple[Any, type, bool]]) -> Any:
    """The message for {name: (value, its type, whether it is a list of that type)}.

    Raises ValueError for a type the format has not.
    """
    message = message_class()()
    for name, (value, kind, is_list) in values.items():
        field = message.hparam[name]
        word = _word(kind)
        if is_list:
            holder = getattr(field, f"{word}_list")
            holder.SetInParent()
            holder.value.extend([_wire(v) for v in value])
        else:
            setattr(field, f"{word}_value", _wire(value))
    return message


def unpack(message: Any) -> dict[str, Any]:
    """{name: value} of a message. Raises AssertionError if it is none."""
    assert getattr(getattr(message, "DESCRIPTOR", None), "full_name", "") == "tensorflow.HParamDef"
    found = {}
    for name, field in message.hparam.items():
        kind = field.WhichOneof("kind")
        value = getattr(field, kind)
        items = list(value.value) if kind.endswith("_list") else [value]
        if kind.startswith("bytes"):
            items = [item.decode("utf-8") for item in items]
        found[name] = items if kind.endswith("_list") else items[0]
    return found


def _word(kind: type) -> str:
    for types, word in ((bool, "bool"), (int, "int64"), (float, "float"), ((str, bytes), "bytes")):
        if issubclass(kind, types):  # type: ignore[arg-type]
            return word
    raise ValueError(f"Unsupported parameter type: {kind}")


def _wire(value: Any) -> Any:
    return value.encode("utf-8") if isinstance(value, str) else value
