"""NTMCell, the neural Turing machine (Graves et al. 2014, arXiv:1410.5401; Collier and Beel 2018, arXiv:1807.08518).

A controller with heads over a memory M [memory_size, memory_vector_dim]:

    o, state' = controller([x, r_0, r_1, …], state)
    p = clip(o . parameters_kernel + parameters_bias)       k, beta, g, s, gamma of each head; e, a of writers

    k = tanh(k); beta = softplus(beta); g = sigmoid(g); s = softmax(s); gamma = softplus(gamma) + 1
    w = softmax(beta * cosine(k, M_i)) over the places i
    w = g * w + (1 - g) * w_before
    w_i = sum over d of s_d * w_{i-d}, on a circle, |d| <= shift_range
    w = w^gamma / sum(w^gamma)

    r' = sum over i of w_i * M_i                             for each reader, from the memory before writing
    M_i' = M_i * (1 - w_i * sigmoid(e)) + w_i * tanh(a)      for each writer, one after the other
    y = clip([o, r'_0, r'_1, …] . output_kernel + output_bias)

At time 0 reads, weights and memory start from variables: tanh(initial_read_vector_k),
softmax(initial_address_weights_k), memory.
"""

from __future__ import annotations

from collections import namedtuple
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops
from tf1rnn.rnn.cell import LayerRNNCell

NTMControllerState = namedtuple("NTMControllerState", "controller_state read_vector_list w_list M time")


class NTMCell(LayerRNNCell):
    """Neural Turing machine (`tensorflow.contrib.rnn.python.ops.rnn_cell.NTMCell` of TensorFlow 1.15).

    Args:
        controller: a cell.
        memory_size: places of the memory.
        memory_vector_dim: size of one place.
        read_head_num, write_head_num: numbers of heads.
        shift_range: largest shift of the weights in one step.
        output_dim: size of the outputs; that of the first inputs by default, known from then on only.
        clip_value: limit of parameters and outputs.
        dtype, name: see `tf.layers.Layer`.
    """

    def __init__(
        self,
        controller: Any,
        memory_size: int,
        memory_vector_dim: int,
        read_head_num: int,
        write_head_num: int,
        shift_range: int = 1,
        output_dim: int | None = None,
        clip_value: float = 20,
        dtype: Any = v1.float32,
        name: str | None = None,
    ) -> None:
        super().__init__(dtype=dtype, name=name)
        self.controller = controller
        self.memory_size = memory_size
        self.memory_vector_dim = memory_vector_dim
        self.read_head_num = read_head_num
        self.write_head_num = write_head_num
        self.clip_value = clip_value
        self.output_dim = output_dim
        self.shift_range = shift_range
        self.num_parameters_per_head = memory_vector_dim + 2 * shift_range + 4
        self.num_heads = read_head_num + write_head_num
        self.total_parameter_num = (
            self.num_parameters_per_head * self.num_heads + 2 * memory_vector_dim * write_head_num
        )

    @property
    def state_size(self) -> NTMControllerState:
        """NTMControllerState with the sizes of the controller, of reads and weights, of the memory and of the time."""
        return NTMControllerState(
            controller_state=self.controller.state_size,
            read_vector_list=[self.memory_vector_dim] * self.read_head_num,
            w_list=[self.memory_size] * self.num_heads,
            M=v1.TensorShape([self.memory_size * self.memory_vector_dim]),
            time=v1.TensorShape([]),
        )

    @property
    def output_size(self) -> Any:
        """output_dim."""
        return self.output_dim

    def zero_state(self, batch_size: Any, dtype: Any) -> NTMControllerState:
        """Zeros at time 0; what the machine starts from are its variables."""
        return NTMControllerState(
            controller_state=self.controller.zero_state(batch_size, dtype),
            read_vector_list=[v1.zeros([batch_size, self.memory_vector_dim], dtype) for _ in range(self.read_head_num)],
            w_list=[v1.zeros([batch_size, self.memory_size], dtype) for _ in range(self.num_heads)],
            M=v1.zeros([batch_size, self.memory_size, self.memory_vector_dim], dtype),
            time=0,
        )

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables; ValueError if the depth of the inputs is unknown."""
        depth = v1.TensorShape(inputs_shape).as_list()[-1]
        if depth is None:
            raise ValueError(f"Expected inputs.shape[-1] to be known, saw shape: {inputs_shape}")

        if self.output_dim is None:
            self.output_dim = depth

        def variable(name: str, shape: list[int], initializer: Any = None) -> Any:
            return self.add_variable(name, shape=shape, initializer=initializer)

        zeros, width = v1.zeros_initializer(), self.memory_vector_dim
        self._params_kernel = variable(
            "parameters_kernel",
            [self.controller.output_size, self.total_parameter_num],
            v1.glorot_uniform_initializer(),
        )
        self._params_bias = variable("parameters_bias", [self.total_parameter_num], zeros)
        seen = self.controller.output_size + width * self.read_head_num
        self._output_kernel = variable("output_kernel", [seen, self.output_size], v1.glorot_uniform_initializer())
        self._output_bias = variable("output_bias", [self.output_size], zeros)
        self._init_reads = [
            variable(f"initial_read_vector_{i}", [1, width], v1.glorot_uniform_initializer())
            for i in range(self.read_head_num)
        ]
        self._init_weights = [
            variable(f"initial_address_weights_{i}", [1, self.memory_size], v1.glorot_uniform_initializer())
            for i in range(self.num_heads)
        ]
        self._init_memory = variable("memory", [self.memory_size, width], v1.constant_initializer(1e-6))
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:  # type: ignore[override]
        """inputs [batch, depth], state -> (outputs [batch, output_size], new state)."""
        rows = v1.shape(inputs)[0]

        def spread(value: Any) -> Any:
            copies = v1.tile(v1.expand_dims(value, 0), [rows, *[1] * len(value.shape)])
            copies.set_shape([inputs.shape[0], *value.shape])
            return copies

        def started() -> list[Any]:
            reads = [spread(v1.tanh(v1.squeeze(r, 0))) for r in self._init_reads]
            return [
                *reads,
                *(spread(v1.nn.softmax(v1.squeeze(w, 0))) for w in self._init_weights),
                spread(self._init_memory),
            ]

        def going_on() -> list[Any]:
            return [*map(v1.identity, [*state.read_vector_list, *state.w_list, state.M])]

        *held, memory = v1.cond(v1.equal(state.time, 0), started, going_on)
        memory = v1.reshape(memory, [-1, self.memory_size, self.memory_vector_dim])
        reads, weights = held[: self.read_head_num], held[self.read_head_num :]

        out, controller_state = self.controller(v1.concat([inputs, *reads], 1), state.controller_state)
        parameters = self._clipped(v1.matmul(out, self._params_kernel) + self._params_bias)
        sizes = [self.num_parameters_per_head] * self.num_heads + [self.memory_vector_dim] * (2 * self.write_head_num)
        parts = numbered_ops.split(parameters, sizes, axis=1)
        new_weights = [
            self._address(part, memory, before) for part, before in zip(parts[: self.num_heads], weights, strict=True)
        ]
        new_reads = [v1.reduce_sum(v1.expand_dims(w, 2) * memory, 1) for w in new_weights[: self.read_head_num]]
        for i, w in enumerate(new_weights[self.read_head_num :]):
            erase, add = parts[self.num_heads + 2 * i : self.num_heads + 2 * i + 2]
            w = v1.expand_dims(w, 2)
            memory = memory * (1.0 - v1.matmul(w, v1.expand_dims(v1.sigmoid(erase), 1)))
            memory = memory + v1.matmul(w, v1.expand_dims(v1.tanh(add), 1))
        outputs = v1.matmul(v1.concat([out, *new_reads], 1), self._output_kernel) + self._output_bias
        return self._clipped(outputs), NTMControllerState(
            controller_state=controller_state,
            read_vector_list=new_reads,
            w_list=new_weights,
            M=memory,
            time=state.time + 1,
        )

    def _clipped(self, value: Any) -> Any:
        return v1.clip_by_value(value, -self.clip_value, self.clip_value)

    def _address(self, parameters: Any, memory: Any, before: Any) -> Any:
        """The weights [batch, memory_size] of one head."""
        sizes = [self.memory_vector_dim, 1, 1, 2 * self.shift_range + 1, 1]
        k, beta, g, s, gamma = numbered_ops.split(parameters, sizes, axis=1)
        k, beta, g = v1.expand_dims(v1.tanh(k), 2), v1.nn.softplus(beta), v1.sigmoid(g)
        lengths = v1.norm(memory, axis=2, keepdims=True) * v1.norm(k, axis=1, keepdims=True)
        likeness = v1.squeeze(v1.matmul(memory, k) / (lengths + 1e-8), [2])
        w = v1.nn.softmax(beta * likeness)
        w = g * w + (1 - g) * before
        # The order of the shifts is 0, 1, … shift_range, -shift_range, … -1.
        shifts = [*range(self.shift_range + 1), *range(-self.shift_range, 0)]
        amounts = numbered_ops.split(v1.nn.softmax(s), len(shifts), axis=1)
        w = v1.add_n([amount * v1.roll(w, d, axis=1) for amount, d in zip(amounts, shifts, strict=True)])
        w = v1.pow(w, v1.nn.softplus(gamma) + 1)
        return w / v1.reduce_sum(w, 1, keepdims=True)
