"""DropoutWrapper: dropout of a cell's inputs, states and outputs.

Per step (default): each value is kept with probability p and divided by p, with a new mask at every call.
Variational (Gal and Ghahramani 2015): one mask for all steps, drawn when the session runs, shared by the
batch: value / p * floor(p + noise), noise uniform in [0, 1) of shape [1, size].
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn import numbered_ops, op_numbers
from tf1rnn.rnn.configuration import function_config, function_from
from tf1rnn.rnn.lstm import LSTMStateTuple
from tf1rnn.rnn.wrappers import CellWrapper

nest = v1.nest


def _all_but_memory(substate: Any) -> Any:
    """The default filter: everything is dropped except the memory c of an LSTM and TensorArrays."""
    if isinstance(substate, LSTMStateTuple):
        return LSTMStateTuple(c=False, h=True)
    return not isinstance(substate, v1.TensorArray)


class DropoutWrapper(CellWrapper):
    """A cell with dropout.

    Args:
        cell: the cell.
        input_keep_prob, output_keep_prob, state_keep_prob: probabilities (numbers or scalar tensors) to keep
            a value.
        variational_recurrent: one mask for all steps; needs `dtype`, and `input_size` if inputs are dropped.
        input_size: structure of TensorShapes (or sizes) of the inputs.
        dtype: dtype of inputs, states and outputs.
        seed: seed of all masks.
        dropout_state_filter_visitor: function from a part of the state to True (drop), False (keep as it
            is), or a structure of these; by default the memory `c` of LSTMs is kept.

    Raises:
        TypeError: not a cell, or the filter is not callable.
        ValueError: a probability outside [0, 1]; variational without dtype or input_size.
    """

    def __init__(
        self,
        cell: Any,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cell, dtype=dtype, **kwargs)
        if dropout_state_filter_visitor is not None and not callable(dropout_state_filter_visitor):
            raise TypeError("dropout_state_filter_visitor must be callable")
        self._dropout_state_filter = dropout_state_filter_visitor or _all_but_memory
        self._seed = seed
        self._variational_recurrent = variational_recurrent
        self._input_size = input_size
        with v1.name_scope("DropoutWrapperInit"):
            self._input_keep_prob = _probability("input_keep_prob", input_keep_prob)
            self._output_keep_prob = _probability("output_keep_prob", output_keep_prob)
            self._state_keep_prob = _probability("state_keep_prob", state_keep_prob)
            if variational_recurrent:
                self._draw_noise(input_size, dtype)

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments."""
        names = "input_keep_prob output_keep_prob state_keep_prob variational_recurrent input_size seed".split()
        config = {**super().get_config(), **{name: getattr(self, f"_{name}") for name in names}}
        if self._dropout_state_filter is not _all_but_memory:
            config.update(function_config("dropout_state_filter", self._dropout_state_filter))
        return config

    @classmethod
    def _functions_from(cls, config: dict[str, Any]) -> None:
        function = function_from("dropout_state_filter", config)
        if function is not None:
            config["dropout_state_filter_visitor"] = function

    def _draw_noise(self, input_size: Any, dtype: Any) -> None:
        if dtype is None:
            raise ValueError("When variational_recurrent=True, dtype must be provided")

        def noise(salt: str, sizes: Any) -> list[Any]:
            shapes = [v1.TensorShape([1]).concatenate(v1.TensorShape(s)) for s in nest.flatten(sizes)]
            return [self._noise_of(s, self._seed_for(salt, i), dtype) for i, s in enumerate(shapes)]

        self._input_noise: list[Any] | None = None
        if _drops(self._input_keep_prob):
            if input_size is None:
                raise ValueError(
                    "When variational_recurrent=True and input_keep_prob < 1.0 or is unknown, "
                    "input_size must be provided"
                )
            self._input_noise = noise("input", input_size)
        self._state_noise = noise("state", self.cell.state_size)
        self._output_noise = noise("output", self.cell.output_size)

    def _noise_of(self, shape: Any, seed: int | None, dtype: Any) -> Any:
        op_numbers.ahead(3)  # 1.15 put the shape together in the graph
        return numbered_ops.random_uniform(shape, seed=seed, dtype=dtype)

    def _seed_for(self, salt: str, index: int) -> int | None:
        """A seed of its own for each mask; TensorFlow 1.15 derives them in this way."""
        if self._seed is None:
            return None
        text = f"{self._seed}{salt}_{index}"
        return int(hashlib.md5(text.encode("utf-8")).hexdigest()[:8], 16) & 0x7FFFFFFF

    def _around(self, inputs: Any, state: Any, scope: Any, **kwargs: Any) -> Any:
        if _drops(self._input_keep_prob):
            noise = self._input_noise if self._variational_recurrent else None
            inputs = self._drop(inputs, "input", self._input_keep_prob, noise)
        outputs, new_state = self._run(inputs, state, scope, **kwargs)
        if _drops(self._state_keep_prob):
            noise = self._state_noise if self._variational_recurrent else None
            new_state = self._drop(new_state, "state", self._state_keep_prob, noise, self._dropout_state_filter)
        if _drops(self._output_keep_prob):
            noise = self._output_noise if self._variational_recurrent else None
            outputs = self._drop(outputs, "output", self._output_keep_prob, noise)
        return outputs, new_state

    def _drop(
        self,
        values: Any,
        salt: str,
        keep_prob: Any,
        noise: list[Any] | None,
        wanted: Callable[[Any], Any] | None = None,
    ) -> Any:
        """Drops in every tensor of a structure, or in those that `wanted` says."""
        flat = iter(nest.flatten(values))
        groups = _groups(wanted, values) if wanted else [(True, 1) for _ in nest.flatten(values)]
        result = []
        for i, (choice, count) in enumerate(groups):  # i is part of the seed: what is left alone counts too
            for value in (next(flat) for _ in range(count)):
                result.append(self._drop_one(i, value, salt, keep_prob, noise) if choice else value)
        return nest.pack_sequence_as(values, result)

    def _drop_one(self, i: int, value: Any, salt: str, keep_prob: Any, noise: list[Any] | None) -> Any:
        if noise is None:
            return numbered_ops.dropout(value, rate=1.0 - keep_prob, seed=self._seed_for(salt, i))
        mask = v1.floor(v1.cast(keep_prob, noise[i].dtype) + noise[i])
        kept = v1.div(value, v1.cast(keep_prob, value.dtype)) * mask
        kept.set_shape(value.shape)
        return kept


def _groups(wanted: Callable[[Any], Any], substate: Any) -> list[tuple[bool, int]]:
    """The tensors of a state in groups (dropped or not, how many): the filter is asked from the outside
    in.
    """
    answer = wanted(substate)
    if not nest.is_nested(substate):
        if not isinstance(answer, bool):
            raise TypeError(f"The state filter returned {answer!r} for a tensor; it must return True or False.")
        return [(answer, 1)]
    parts = _children(substate)
    answers = [answer] * len(parts) if isinstance(answer, bool) else _children(answer)
    if answer is False:
        return [(False, len(nest.flatten(substate)))]
    groups = []
    for part, choice in zip(parts, answers, strict=True):
        groups += _groups(wanted, part) if choice else [(False, len(nest.flatten(part)))]
    return groups


def _children(value: Any) -> list[Any]:
    return [value[key] for key in sorted(value)] if isinstance(value, dict) else list(value)


def _drops(keep_prob: Any) -> bool:
    return not isinstance(keep_prob, float) or keep_prob < 1


def _probability(name: str, value: Any) -> Any:
    """A probability as a float if it is known now, else as a tensor; ValueError outside [0, 1]."""
    tensor = v1.convert_to_tensor(value)
    known = v1.get_static_value(tensor)
    if known is None:
        return tensor
    if not 0 <= known <= 1:
        raise ValueError(f"Parameter {name} must be between 0 and 1: {known}")
    return float(known)
