"""`InputSpec`: what a layer accepts, and the check of it."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


class InputSpec:
    """Rank, dtype and sizes that every input of a layer must have (`tf.layers.InputSpec` of TensorFlow 1.15).

    Args:
        dtype: required dtype, or None.
        shape: required shape (None entries are free), or None.
        ndim, max_ndim, min_ndim: bounds on the rank, or None.
        axes: dict of axis number to required size.

    Raises TypeError for axes that are no numbers, and ValueError for one beyond the rank.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
    ) -> None:
        self.dtype = None if dtype is None else v1.as_dtype(dtype).name
        self.shape = shape
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        try:
            self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        except (TypeError, ValueError) as error:
            raise TypeError("The keys in axes must be integers.") from error
        bound = self.ndim if self.ndim is not None else self.max_ndim
        if bound is not None and self.axes and max(self.axes) > bound - 1:
            raise ValueError(f"Axis {max(self.axes)} is greater than the maximum allowed value: {bound - 1}")

    def __repr__(self) -> str:
        said = [f"{name}={value}" for name, value in vars(self).items() if value]
        return f"InputSpec({', '.join(said)})"


def problem(spec: Any, tensor: Any) -> str | None:
    """What is wrong with a tensor, or None. `spec` may be an InputSpec of another library, such as Keras's."""
    shape = tensor.shape
    ndim = shape.ndims
    if ndim is None and any(bound is not None for bound in (spec.ndim, spec.min_ndim, spec.max_ndim)):
        return "its rank is undefined, but the layer requires a defined rank."
    full = f"Full shape received: {shape.as_list() if ndim is not None else None}"
    if spec.ndim is not None and ndim != spec.ndim:
        return f"expected ndim={spec.ndim}, found ndim={ndim}. {full}"
    if spec.max_ndim is not None and ndim > spec.max_ndim:
        return f"expected max_ndim={spec.max_ndim}, found ndim={ndim}"
    if spec.min_ndim is not None and ndim < spec.min_ndim:
        return f": expected min_ndim={spec.min_ndim}, found ndim={ndim}. {full}"
    if spec.dtype is not None and tensor.dtype != v1.as_dtype(spec.dtype):
        return f"expected dtype={spec.dtype}, found dtype={tensor.dtype}"
    if not spec.axes and spec.shape is None:
        return None
    sizes = shape.as_list()
    for axis, size in (spec.axes or {}).items():
        if size is not None and sizes[int(axis)] not in (size, None):
            return f"expected axis {axis} of input shape to have value {size} but received input with shape {sizes}"
    for wanted, size in zip(spec.shape or (), sizes, strict=False):
        if wanted is not None and size is not None and wanted != size:
            return f"expected shape={spec.shape}, found shape={sizes}"
    return None


def checked(specs: Any) -> Any:
    """The spec or specs; TypeError unless each is an InputSpec (also Keras's) or None."""
    for spec in v1.nest.flatten(specs):
        if spec is not None and not hasattr(spec, "min_ndim"):
            raise TypeError(f"Layer input_spec must be an instance of InputSpec. Got: {spec}")
    return specs


def check(layer_name: str, specs: Any, inputs: Any) -> None:
    """Raises ValueError unless the (nested) inputs of a layer fit its spec or list of specs."""
    if not specs:
        return
    tensors = v1.nest.flatten(inputs)
    specs = v1.nest.flatten(specs)
    if len(tensors) != len(specs):
        raise ValueError(
            f"Layer {layer_name} expects {len(specs)} inputs, but it received {len(tensors)} input tensors. "
            f"Inputs received: {tensors}"
        )
    for i, (tensor, spec) in enumerate(zip(tensors, specs, strict=True)):
        found = problem(spec, tensor) if spec is not None else None
        if found and "found shape=" in found:
            raise ValueError(f"Input {i} is incompatible with layer {layer_name}: {found}")
        if found:
            raise ValueError(f"Input {i} of layer {layer_name} is incompatible with the layer: {found}")
