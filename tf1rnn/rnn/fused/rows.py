"""The values of a loop, a tensor [batch, size] for each step."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


class Rows:
    """A list of tensors, of a loop that is unrolled, or a TensorArray. Reading copies nothing."""

    def __init__(self, held: Any, shape: Any = None) -> None:
        self._held = held  # tensors, or an array
        self._shape = shape  # of the elements of an array
        self._stacked: Any = None

    @classmethod
    def empty(cls, count: Any, dtype: Any, shape: tuple[int | None, int], unrolled: bool, once: bool) -> Rows:
        """Nothing yet, room for `count`. `once`: they will only be stacked, and are given free by that."""
        if unrolled:
            return cls([None] * count)
        array = v1.TensorArray(dtype, count, element_shape=list(shape), infer_shape=False, clear_after_read=once)
        return cls(array, list(shape))

    @property
    def is_list(self) -> bool:
        """Whether it holds the tensors themselves: places are Python ints then."""
        return isinstance(self._held, list)

    @property
    def array(self) -> Any:
        """The TensorArray."""
        return self._held

    def read(self, place: Any) -> Any:
        """The tensor of a place."""
        if self.is_list:
            return self._held[place]
        value = self._held.read(place)
        value.set_shape(self._shape)
        return value

    def write(self, place: Any, value: Any) -> Rows:
        """The rows with another one."""
        if self.is_list:
            return Rows([*self._held[:place], value, *self._held[place + 1 :]])
        return Rows(self._held.write(place, value), self._shape)

    def with_array(self, array: Any) -> Rows:
        """The same after a loop, or in it."""
        return Rows(array, self._shape)

    def stack(self) -> Any:
        """[count, batch, size]."""
        if self._stacked is None:
            self._stacked = v1.stack(self._held) if self.is_list else self._held.stack()
            if not self.is_list:
                self._stacked.set_shape([None, *self._shape])
        return self._stacked

    def description(self, scope: str) -> dict[str, Any]:
        """What `found` makes the rows of again: the names of tensors that were made in the scope."""
        tensors = self._held if self.is_list else [self._held.handle, self._held.flow]
        names = [tensor.name.removeprefix(scope) for tensor in tensors]
        return {"names": names} if self.is_list else {"names": names, "of": self._held.dtype.name, "shape": self._shape}

    @classmethod
    def found(cls, description: dict[str, Any], graph: Any, scope: str) -> Rows:
        """The rows that were described, in a graph where the scope may have another name."""
        tensors = [graph.get_tensor_by_name(scope + name) for name in description["names"]]
        if "of" not in description:
            return cls(tensors)
        handle, flow = tensors
        array = v1.TensorArray(v1.as_dtype(description["of"]), handle=handle, flow=flow, infer_shape=False)
        return cls(array, description["shape"])
