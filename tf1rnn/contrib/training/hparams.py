"""`HParams`: named values that keep the type they started with."""

from __future__ import annotations

import json
import numbers
from typing import Any

from tf1rnn.contrib.training import hparam_message
from tf1rnn.contrib.training.assignments import parse_values


class HParams:
    """Hyperparameters, one attribute each (`tf.contrib.training.HParams` of TensorFlow 1.15).

    Args:
        hparam_def: a message that `to_proto` made, to take all values from.
        model_structure: any object, kept.
        **kwargs: the values; a list is a hyperparameter with several values of one type.
    """

    def __init__(self, hparam_def: Any = None, model_structure: Any = None, **kwargs: Any) -> None:
        self._hparam_types: dict[str, tuple[type, bool]] = {}  # type of the value (of one item), is a list
        self._model_structure = model_structure
        if hparam_def is not None:
            kwargs = hparam_message.unpack(hparam_def)
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def add_hparam(self, name: str, value: Any) -> None:
        """Adds one. ValueError if the name is taken, or for an empty list: it has no type."""
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        if isinstance(value, (list, tuple)):
            if not value:
                raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
            self._hparam_types[name] = (type(value[0]), True)
        else:
            self._hparam_types[name] = (type(value), False)
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Changes one. KeyError for an unknown name, ValueError for a value of another type."""
        kind, is_list = self._hparam_types[name]
        if isinstance(value, list):
            if not is_list:
                raise ValueError(f"Must not pass a list for single-valued parameter: {name}")
            setattr(self, name, [_cast(name, kind, item) for item in value])
        elif is_list:
            raise ValueError(f"Must pass a list for multi-valued parameter: {name}.")
        else:
            setattr(self, name, _cast(name, kind, value))

    def del_hparam(self, name: str) -> None:
        """Removes one, if it is there."""
        if hasattr(self, name):
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values: str) -> HParams:
        """Changes those that a text `name=value,name=[value,…]` names; see `parse_values`. Returns self."""
        types = {name: kind for name, (kind, _) in self._hparam_types.items()}
        return self.override_from_dict(parse_values(values, types))

    def override_from_dict(self, values_dict: dict[str, Any]) -> HParams:
        """Changes those that a dict names. Returns self."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map: dict[str, Any]) -> HParams:
        """The older name of `override_from_dict`."""
        return self.override_from_dict(values_map)

    def parse_json(self, values_json: str) -> HParams:
        """Changes those that a JSON object names. Returns self."""
        return self.override_from_dict(json.loads(values_json))

    def to_json(self, indent: Any = None, separators: Any = None, sort_keys: bool = False) -> str:
        """The values as JSON; functions are left out."""
        values = {name: value for name, value in self.values().items() if not callable(value)}
        return json.dumps(values, indent=indent, separators=separators, sort_keys=sort_keys)

    def values(self) -> dict[str, Any]:
        """Value by name, in order of adding."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key: str, default: Any = None) -> Any:
        """The value of that name, or `default`; ValueError if the default's type would not fit the value."""
        if key not in self._hparam_types:
            return default
        if default is not None:
            kind, is_list = self._hparam_types[key]
            shown = f"list<{kind}>" if is_list else str(kind)
            wrong = f"Hparam '{key}' of type '{shown}' is incompatible with default={default}"
            if is_list != isinstance(default, list):
                raise ValueError(wrong)
            try:
                for item in default if is_list else [default]:
                    _cast(key, kind, item)
            except ValueError as error:
                raise ValueError(f"{wrong}. {error}") from None
        return getattr(self, key)

    def __contains__(self, key: str) -> bool:
        return key in self._hparam_types

    def __str__(self) -> str:
        return ",".join(f"{name}={value}" for name, value in self.values().items())

    def __repr__(self) -> str:
        return f"HParams({sorted(self.values().items())})"

    def set_model_structure(self, model_structure: Any) -> None:
        """Keeps another object as the model structure."""
        self._model_structure = model_structure

    def get_model_structure(self) -> Any:
        """The object kept as the model structure."""
        return self._model_structure

    def to_proto(self, export_scope: Any = None) -> Any:
        """The message HParamDef with all values; ValueError for a value that is no number, bool or text."""
        held = {name: (getattr(self, name), *self._hparam_types[name]) for name in self._hparam_types}
        return hparam_message.pack(held)

    @staticmethod
    def from_proto(hparam_def: Any, import_scope: Any = None) -> HParams:
        """Hyperparameters from a message."""
        return HParams(hparam_def=hparam_def)


def _cast(name: str, kind: type, value: Any) -> Any:
    """The value as that type; ValueError where something would be lost or guessed."""
    if kind is type(None) or type(value) is kind:
        return value
    fits = (
        issubclass(kind, bool) == isinstance(value, bool)
        and (not issubclass(kind, (str, bytes)) or isinstance(value, (str, bytes)))
        and (not issubclass(kind, numbers.Integral) or isinstance(value, numbers.Integral))
        and (not issubclass(kind, numbers.Number) or isinstance(value, numbers.Number))
    )
    if not fits:
        raise ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    return kind(value)
