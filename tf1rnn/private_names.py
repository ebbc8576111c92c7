"""Names with which public programs reach into TensorFlow 1.15's own files: not documented, but imported."""

from __future__ import annotations

import importlib
import types
from typing import Any

import tensorflow.compat.v1 as v1

# TF1 path of the module that stands for the file (see private_modules) -> {module of ours: names, or name=ours}.
PRIVATE: dict[str, dict[str, str]] = {
    "nn": {
        "tf1rnn.rnn.bidirectional": "_reverse_seq=_reversed",
        "tf1rnn.rnn.dynamic": "_best_effort_input_batch_size=best_effort_input_batch_size "
        "_transpose_batch_time=transpose_batch_time",
        "tf1rnn.private_names": "_concat=joined_sizes _maybe_tensor_shape_from_tensor=shape_if_known",
    },
    "nn.rnn_cell": {
        "tf1rnn.rnn.cell": "LayerRNNCell _BIAS_VARIABLE_NAME=BIAS _WEIGHTS_VARIABLE_NAME=KERNEL "
        "assert_like_rnncell=assert_is_cell _RNNCell=RNNCell",
        "tf1rnn.rnn.state": "_zero_state_tensors=zeros",
        # TensorFlow 1.0 to 1.7 also had these three and _RNNCell there
        "tf1rnn.private_names": "_concat=joined_sizes _Linear=Linear _like_rnncell=is_like_cell "
        "_linear=linear",
    },
    "layers": {
        "tf1rnn.layers.keras_style": "keras_style_scope set_keras_style",
        "tf1rnn.layers.normalization": "BatchNorm batch_norm",
    },
    "contrib.layers": {
        "tf1rnn.contrib.layers.collecting": "_add_variable_to_collections=collect_variable "
        "_build_variable_getter=variable_getter",
        "tf1rnn.contrib.layers.scattered": "_sampled_scattered_embedding_lookup=sampled_scattered_embedding_lookup "
        "_sampled_scattered_embedding_lookup_sparse=sampled_scattered_embedding_lookup_sparse",
        "tf1rnn.contrib.layers.simple": "_inner_flatten=inner_flatten",
    },
    "contrib.rnn": {
        "tf1rnn.rnn.cell": "_BIAS_VARIABLE_NAME=BIAS _WEIGHTS_VARIABLE_NAME=KERNEL",
        "tf1rnn.private_names": "_Linear=Linear _linear=linear",
    },
    "contrib.seq2seq": {
        "tf1rnn.contrib.seq2seq.attention_wrapper": "_compute_attention=_attend",
        "tf1rnn.private_names": "_bahdanau_score=bahdanau_score _luong_score=luong_score",
        "tf1rnn.rnn.state": "_zero_state_tensors=zeros",
    },
    "python.pywrap_tensorflow": {"tensorflow.compat.v1.train": "NewCheckpointReader"},
}


def private(path: str, name: str) -> Any:
    """The value of a private name below a TF1 path. Raises AttributeError if none is kept."""
    for module, names in PRIVATE.get(path, {}).items():
        for each in names.split():
            given, _, own = each.partition("=")
            if given == name:
                return getattr(importlib.import_module(module), own or given)
    raise AttributeError(name)


class Extended(types.ModuleType):
    """A module of TensorFlow with the names it had in 1.15 and has no more; what is set on it is set on the module."""

    def __init__(self, real: types.ModuleType, path: str) -> None:
        super().__init__(real.__name__, real.__doc__)
        self.__dict__.update(_real=real, _path=path)

    def __getattr__(self, name: str) -> Any:
        try:
            return getattr(self.__dict__["_real"], name)
        except AttributeError:
            return private(self.__dict__["_path"], name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.__dict__["_real"], name, value)

    def __dir__(self) -> list[str]:
        return dir(self.__dict__["_real"])


def extended(module: types.ModuleType, path: str) -> types.ModuleType:
    """The module, or a view of it that has the private names it lost."""
    return Extended(module, path) if path in PRIVATE else module


class Linear:
    """args . kernel + bias, with variables made once and used by each call.

    Args:
        args: a tensor [batch, depth] or a list of such: the depths are taken from it.
        output_size: columns of the result.
        build_bias: whether there is a bias.
        bias_initializer: of the bias; zeros by default.
        kernel_initializer: of the kernel; that of the scope by default.

    Raises ValueError if a depth is unknown or a term is not a matrix.
    """

    def __init__(
        self,
        args: Any,
        output_size: int,
        build_bias: bool,
        bias_initializer: Any = None,
        kernel_initializer: Any = None,
    ) -> None:
        terms = args if v1.nest.is_nested(args) else [args]
        if not terms:
            raise ValueError("`args` must be specified")
        depths = [term.shape.with_rank(2).as_list()[1] for term in terms]
        if None in depths:
            raise ValueError(f"linear expects shape[1] to be provided, but saw {[str(t.shape) for t in terms]}")
        dtype = terms[0].dtype
        self._kernel = v1.get_variable("kernel", [sum(depths), output_size], dtype, initializer=kernel_initializer)
        start = bias_initializer if bias_initializer is not None else v1.zeros_initializer(dtype)
        self._bias = v1.get_variable("bias", [output_size], dtype, initializer=start) if build_bias else None

    def __call__(self, args: Any) -> Any:
        """args: as in the constructor -> [batch, output_size]."""
        terms = args if v1.nest.is_nested(args) else [args]
        product = v1.matmul(terms[0] if len(terms) == 1 else v1.concat(terms, 1), self._kernel)
        return product if self._bias is None else v1.nn.bias_add(product, self._bias)


def linear(
    args: Any, output_size: int, bias: bool, bias_initializer: Any = None, kernel_initializer: Any = None
) -> Any:
    """args . kernel + bias, with variables of the current scope; see Linear."""
    return Linear(args, output_size, bias, bias_initializer, kernel_initializer)(args)


def joined_sizes(prefix: Any, suffix: Any, static: bool = False) -> Any:
    """A shape of two parts, each an int, a TensorShape or a tensor: int32 tensor, or with `static` a list of ints.

    Raises ValueError if a size is unknown and `static` is not set.
    """
    parts: list[Any] = []
    for part in (prefix, suffix):
        if isinstance(part, v1.Tensor):
            known = v1.get_static_value(part)
            shape = v1.reshape(part, [-1]) if known is None else v1.TensorShape(known.reshape(-1).tolist())
            static_shape = v1.TensorShape([None]) if known is None and part.shape.ndims == 0 else shape
            parts.append(static_shape if static else shape)
        else:
            parts.append(v1.TensorShape(part))
    if static:
        return v1.TensorShape(parts[0]).concatenate(parts[1]).as_list()
    tensors = []
    for given, part in zip((prefix, suffix), parts, strict=True):
        if isinstance(part, v1.TensorShape):
            if not part.is_fully_defined():
                raise ValueError(f"the shape must be fully defined, but saw: {given}")
            part = v1.constant(part.as_list(), dtype=v1.int32)
        tensors.append(part)
    return v1.concat(tensors, 0)


def shape_if_known(shape: Any) -> Any:
    """The shape that a tensor of ints holds if it is known, else an unknown shape; anything else as it is."""
    if not isinstance(shape, v1.Tensor):
        return shape
    return v1.TensorShape(v1.get_static_value(shape))


def is_like_cell(cell: Any) -> bool:
    """Whether an object can be used as a recurrent cell."""
    return callable(cell) and all(hasattr(cell, name) for name in ("output_size", "state_size", "zero_state"))


def bahdanau_score(
    processed_query: Any, keys: Any, attention_v: Any, attention_g: Any = None, attention_b: Any = None
) -> Any:
    """sum(v * tanh(keys + query)), with g and b: sum(g * v / |v| * tanh(keys + query + b)).

    processed_query [batch, units], keys [batch, places, units] -> [batch, places].
    """
    hidden = keys + v1.expand_dims(processed_query, 1)
    if attention_g is None or attention_b is None:
        return v1.reduce_sum(attention_v * v1.tanh(hidden), [2])
    direction = attention_g * attention_v * v1.rsqrt(v1.reduce_sum(v1.square(attention_v)))
    return v1.reduce_sum(direction * v1.tanh(hidden + attention_b), [2])


def luong_score(query: Any, keys: Any, scale: Any) -> Any:
    """query . keys, times `scale` unless it is None: [batch, units], [batch, places, units] -> [batch, places].

    Raises ValueError if the units differ.
    """
    depth, units = query.shape.as_list()[-1], keys.shape.as_list()[-1]
    if depth != units:
        raise ValueError(f"Incompatible or unknown inner dimensions between query ({depth}) and keys ({units})")
    score = v1.squeeze(v1.matmul(v1.expand_dims(query, 1), keys, transpose_b=True), [1])
    return score if scale is None else scale * score
