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
        self.dtype = dtype
        self.shape = shape
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = axes or {}

    def __repr__(self) -> str:
        said = [
            f"{name}={value}"
            for name, value in vars(self).items()
            if value and not (name == "ndim" and self.shape is not None)
        ]
        return f"InputSpec({', '.join(said)})"


def problem(spec: Any, tensor: Any) -> str | None:
    """What is wrong with a tensor, or None. `spec` may be an InputSpec of another library, such as Keras's."""
    shape = tensor.shape
    ndim = shape.ndims
    if ndim is None:
        if spec.ndim is not None or spec.min_ndim is not None or spec.max_ndim is not None:
            return "its rank is undefined, but the layer requires a defined rank."
        return None
    full = f"Full shape received: {shape.as_list()}"
    if spec.ndim is not None and ndim != spec.ndim:
        return f"expected ndim={spec.ndim}, found ndim={ndim}. {full}"
    if spec.max_ndim is not None and ndim > spec.max_ndim:
        return f"expected max_ndim={spec.max_ndim}, found ndim={ndim}"
    if spec.min_ndim is not None and ndim < spec.min_ndim:
        return f": expected min_ndim={spec.min_ndim}, found ndim={ndim}. {full}"
    if spec.dtype is not None and tensor.dtype != v1.as_dtype(spec.dtype):
        return f"expected dtype={spec.dtype}, found dtype={tensor.dtype}"
    sizes = shape.as_list()
    for axis, size in (spec.axes or {}).items():
        if size is not None and sizes[int(axis)] not in (size, None):
            return f"expected axis {axis} of input shape to have value {size} but received input with shape {sizes}"
    for wanted, size in zip(spec.shape or (), sizes, strict=False):
        if wanted is not None and size is not None and wanted != size:
            return f"expected shape={spec.shape}, found shape={sizes}"
    return None


def check(layer_name: str, specs: Any, inputs: Any) -> None:
    """Raises ValueError unless the (nested) inputs of a layer fit its spec or list of specs."""
    if not specs:
        return
    tensors = v1.nest.flatten(inputs)
    specs = v1.nest.flatten(specs)
    if len(tensors) != len(specs):
        raise ValueError(
            f"Layer {layer_name} expects {len(specs)} inputs, but it received {len(tensors)} input tensors. "
            f"Inputs received: {inputs}"
        )
    for i, (tensor, spec) in enumerate(zip(tensors, specs, strict=True)):
        found = problem(spec, tensor) if spec is not None else None
        if found:
            raise ValueError(f"Input {i} of layer {layer_name} is incompatible with the layer: {found}")
