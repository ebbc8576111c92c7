"""BasicLSTMCell and LSTMCell. The gates lie in the kernel in the order i, j, f, o.

BasicLSTMCell:

    i, j, f, o = split([x, h] . kernel + bias)
    c' = c * sigmoid(f + forget_bias) + sigmoid(i) * activation(j)
    h' = activation(c') * sigmoid(o)

LSTMCell adds, each on request: peepholes (w_f * c inside the forget gate, w_i * c inside the input gate, w_o
* c' inside the output gate), clipping of c', and a projection h' = (…) . projection, clipped.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.layers import identified
from tf1rnn.layers.activation import activation_named
from tf1rnn.layers.base import InputSpec
from tf1rnn.rnn.cell import BIAS, KERNEL, LayerRNNCell, assert_floating, depth_of
from tf1rnn.rnn.configuration import activation_name, initializer_config


class LSTMStateTuple(NamedTuple):
    """State of an LSTM: `c` (memory) and `h` (output), in this order."""

    c: Any
    h: Any

    @property
    def dtype(self) -> Any:
        """The dtype of both; TypeError if they differ."""
        c, h = self
        if c.dtype != h.dtype:
            raise TypeError(f"Inconsistent internal state: {c.dtype} vs {h.dtype}")
        return c.dtype


def _warn_concatenated(cell: Any) -> None:
    v1.logging.warning(
        f"{cell}: Using a concatenated state is slower and will soon be deprecated. Use state_is_tuple=True."
    )


class BasicLSTMCell(LayerRNNCell):
    """LSTM without options (Zaremba et al. 2014, arXiv:1409.2329).

    Variables: kernel [depth + units, 4 units], bias [4 units].

    Args:
        num_units: size of output and memory.
        forget_bias: added to the forget gate at run time (it is not part of the bias variable).
        state_is_tuple: state is LSTMStateTuple(c, h); False: one tensor [batch, 2 units], c first.
        activation: function or its name; tanh by default.
        reuse: whether to take the variables that exist in the scope.
        name, dtype: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        if not state_is_tuple:
            _warn_concatenated(self)
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation_named(activation, default=v1.tanh)

    @property
    def state_size(self) -> Any:
        """LSTMStateTuple(units, units), or 2 units."""
        return LSTMStateTuple(self._num_units, self._num_units) if self._state_is_tuple else 2 * self._num_units

    @property
    def output_size(self) -> int:
        """num_units."""
        return self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Makes kernel and bias; ValueError for an integer dtype or an unknown depth of the inputs."""
        assert_floating(self.dtype)
        depth, units = depth_of(inputs_shape), self._num_units
        self._kernel = self.add_variable(KERNEL, shape=[depth + units, 4 * units])
        self._bias = self.add_variable(BIAS, shape=[4 * units], initializer=v1.zeros_initializer())
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h'))."""
        c, h = state if self._state_is_tuple else numbered_ops.split(value=state, num_or_size_splits=2, axis=1)
        gates = v1.nn.bias_add(v1.matmul(v1.concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = numbered_ops.split(value=gates, num_or_size_splits=4, axis=1)
        forget_bias = v1.constant(self._forget_bias, dtype=f.dtype)
        new_c = c * v1.sigmoid(f + forget_bias) + v1.sigmoid(i) * self._activation(j)
        new_h = self._activation(new_c) * v1.sigmoid(o)
        new_state = LSTMStateTuple(new_c, new_h) if self._state_is_tuple else v1.concat([new_c, new_h], 1)
        return new_h, new_state

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return {
            **super().get_config(),
            "num_units": self._num_units,
            "forget_bias": self._forget_bias,
            "state_is_tuple": self._state_is_tuple,
            "activation": activation_name(self._activation),
            "reuse": self._reuse,
        }


class LSTMCell(LayerRNNCell):
    """LSTM with optional peepholes, projection and clipping (Sak et al. 2014).

    Variables: kernel [depth + output, 4 units], bias [4 units]; w_f_diag, w_i_diag, w_o_diag [units];
    projection/kernel [units, num_proj].

    Args:
        num_units: size of the memory (and of the output without projection).
        use_peepholes: the gates see the memory.
        cell_clip: the new memory is clipped to [-cell_clip, cell_clip]; None: not.
        initializer: for kernel, peepholes and projection (an initializer, its name or config).
        num_proj: size of the projected output; None: no projection.
        proj_clip: the projected output is clipped to [-proj_clip, proj_clip]; None: not.
        num_unit_shards, num_proj_shards: kernel and projection are split into so many variables
            (kernel/part_0, …).
        forget_bias: added to the forget gate at run time.
        state_is_tuple: state is LSTMStateTuple(c, h); False: one tensor [batch, units + output], c first.
        activation: function or its name; tanh by default.
        reuse: whether to take the variables that exist in the scope.
        name, dtype: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: int | None = None,
        num_proj_shards: int | None = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Any = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(_reuse=reuse, name=name, dtype=dtype, **kwargs)
        if not state_is_tuple:
            _warn_concatenated(self)
        if num_unit_shards is not None or num_proj_shards is not None:
            v1.logging.warning(
                f"{self}: The num_unit_shards and proj_unit_shards parameters are deprecated and will be "
                f"removed in "
                "Jan 2017. Use a variable scope with a partitioner instead."
            )
        self.input_spec = InputSpec(ndim=2)
        self._num_units = num_units
        self._use_peepholes = use_peepholes
        self._cell_clip = cell_clip
        self._initializer = identified.initializer(initializer)
        self._num_proj = num_proj
        self._proj_clip = proj_clip
        self._num_unit_shards = num_unit_shards
        self._num_proj_shards = num_proj_shards
        self._forget_bias = forget_bias
        self._state_is_tuple = state_is_tuple
        self._activation = activation_named(activation, default=v1.tanh)

    @property
    def state_size(self) -> Any:
        """LSTMStateTuple(units, output size), or their sum."""
        if self._state_is_tuple:
            return LSTMStateTuple(self._num_units, self.output_size)
        return self._num_units + self.output_size

    @property
    def output_size(self) -> int:
        """num_proj, or num_units without projection."""
        return self._num_proj or self._num_units

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError for an integer dtype or an unknown depth of the inputs."""
        assert_floating(self.dtype)
        depth, units = depth_of(inputs_shape), self._num_units
        self._kernel = self.add_variable(
            KERNEL,
            shape=[depth + self.output_size, 4 * units],
            initializer=self._initializer,
            partitioner=_in_shards(self._num_unit_shards),
        )
        self._bias = self.add_variable(BIAS, shape=[4 * units], initializer=v1.zeros_initializer())
        if self._use_peepholes:
            self._w_f_diag = self.add_variable("w_f_diag", shape=[units], initializer=self._initializer)
            self._w_i_diag = self.add_variable("w_i_diag", shape=[units], initializer=self._initializer)
            self._w_o_diag = self.add_variable("w_o_diag", shape=[units], initializer=self._initializer)
        if self._num_proj:
            self._proj_kernel = self.add_variable(
                f"projection/{KERNEL}",
                shape=[units, self._num_proj],
                initializer=self._initializer,
                partitioner=_in_shards(self._num_proj_shards),
            )
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state (c, h) -> (h', (c', h'))."""
        if self._state_is_tuple:
            c, h = state
        else:
            c = v1.slice(state, [0, 0], [-1, self._num_units])
            h = v1.slice(state, [0, self._num_units], [-1, self.output_size])
        if inputs.shape.with_rank(2).as_list()[1] is None:
            raise ValueError("Could not infer input size from inputs.get_shape()[-1]")

        gates = v1.nn.bias_add(v1.matmul(v1.concat([inputs, h], 1), self._kernel), self._bias)
        i, j, f, o = numbered_ops.split(value=gates, num_or_size_splits=4, axis=1)
        if self._use_peepholes:
            forget = v1.sigmoid(f + self._forget_bias + self._w_f_diag * c)
            new_c = forget * c + v1.sigmoid(i + self._w_i_diag * c) * self._activation(j)
        else:
            new_c = v1.sigmoid(f + self._forget_bias) * c + v1.sigmoid(i) * self._activation(j)
        new_c = clipped(new_c, self._cell_clip)
        out_gate = v1.sigmoid(o + self._w_o_diag * new_c) if self._use_peepholes else v1.sigmoid(o)
        new_h = out_gate * self._activation(new_c)
        if self._num_proj is not None:
            new_h = clipped(v1.matmul(new_h, self._proj_kernel), self._proj_clip)

        new_state = LSTMStateTuple(new_c, new_h) if self._state_is_tuple else v1.concat([new_c, new_h], 1)
        return new_h, new_state

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = (
            "num_units use_peepholes cell_clip initializer num_proj proj_clip num_unit_shards "
            "num_proj_shards "
            "forget_bias state_is_tuple activation reuse"
        )
        config = {**super().get_config(), **{name: getattr(self, f"_{name}") for name in names.split()}}
        config["initializer"] = initializer_config(self._initializer)
        config["activation"] = activation_name(self._activation)
        return config


def clipped(value: Any, limit: float | None) -> Any:
    return v1.clip_by_value(value, -limit, limit) if limit is not None else value


def _in_shards(count: int | None) -> Any:
    return v1.fixed_size_partitioner(count) if count is not None else None
