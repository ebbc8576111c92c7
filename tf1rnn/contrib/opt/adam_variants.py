"""Relatives of Adam (`tf.contrib.opt`): LazyAdam, Nadam, AdaMax.

With gradient g, step t, first moment m, second moment v and lr' = lr · sqrt(1 − β2^t) / (1 − β1^t):

    Adam    m ← β1·m + (1−β1)·g     v ← β2·v + (1−β2)·g²    w ← w − lr'·m / (√v + ε)
    Lazy    the same, but rows that no index names keep their moments and weights
    Nadam   the same, with β1·m + (1−β1)·g of the new m instead of m in the last step
    AdaMax  m ← β1·m + (1−β1)·g     v ← max(β2·v, |g|)      w ← w − lr / (1 − β1^t) · m / (v + ε)
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


class _RowsOfAdam(v1.train.AdamOptimizer):
    """Adam whose sparse gradients, each index once, are given to `_rows` as (values, variable, indices)."""

    def _numbers(self, var: Any) -> dict[str, Any]:
        kind = var.dtype.base_dtype
        beta1_power, beta2_power = self._get_beta_accumulators()
        numbers = {
            "beta1_power": beta1_power,
            "beta2_power": beta2_power,
            "lr": self._lr_t,
            "beta1": self._beta1_t,
            "beta2": self._beta2_t,
            "epsilon": self._epsilon_t,
        }
        return {name: v1.cast(number, kind) for name, number in numbers.items()}

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        return self._rows(grad.values, var, grad.indices)

    def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
        return self._rows(grad, var, indices)

    def _rows(self, grad: Any, var: Any, indices: Any) -> Any:
        raise NotImplementedError


def _with_rows(var: Any, indices: Any, values: Any, kind: str, lock: bool) -> Any:
    """Scatters values into a variable, reference or resource; returns what it then holds, read after it."""
    operation = getattr(v1, f"scatter_{kind}")(var, indices, values, use_locking=lock)
    with v1.control_dependencies([operation]):
        return v1.identity(var)


class LazyAdamOptimizer(_RowsOfAdam):
    """Adam that leaves rows alone that a sparse gradient does not name (`tf.contrib.opt.LazyAdamOptimizer`).

    The arguments are those of `tf.train.AdamOptimizer`.
    """

    def _rows(self, grad: Any, var: Any, indices: Any) -> Any:
        n, lock = self._numbers(var), self._use_locking
        rate = n["lr"] * v1.sqrt(1 - n["beta2_power"]) / (1 - n["beta1_power"])
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        new_m = n["beta1"] * v1.gather(m, indices) + (1 - n["beta1"]) * grad
        new_v = n["beta2"] * v1.gather(v, indices) + (1 - n["beta2"]) * v1.square(grad)
        step = rate * new_m / (v1.sqrt(new_v) + n["epsilon"])
        return v1.group(
            _with_rows(m, indices, new_m, "update", lock),
            _with_rows(v, indices, new_v, "update", lock),
            _with_rows(var, indices, step, "sub", lock),
        )


class NadamOptimizer(_RowsOfAdam):
    """Adam with Nesterov momentum (`tf.contrib.opt.NadamOptimizer`). The arguments are those of
    `tf.train.AdamOptimizer`.
    """

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        n = self._numbers(var)
        return v1.raw_ops.ApplyAdam(
            var=var._ref(), m=self.get_slot(var, "m")._ref(), v=self.get_slot(var, "v")._ref(), grad=grad,
            use_locking=self._use_locking, use_nesterov=True, **n,
        ).op  # fmt: skip

    def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
        n = self._numbers(var)
        return v1.raw_ops.ResourceApplyAdam(
            var=var.handle, m=self.get_slot(var, "m").handle, v=self.get_slot(var, "v").handle, grad=grad,
            use_locking=self._use_locking, use_nesterov=True, **n,
        )  # fmt: skip

    def _rows(self, grad: Any, var: Any, indices: Any) -> Any:
        n, lock = self._numbers(var), self._use_locking
        rate = n["lr"] * v1.sqrt(1 - n["beta2_power"]) / (1 - n["beta1_power"])
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        # The moments of all rows decay; only the rows with a gradient change their weights.
        added_m, added_v = (1 - n["beta1"]) * grad, (1 - n["beta2"]) * v1.square(grad)
        with v1.control_dependencies([v1.assign(m, m * n["beta1"], use_locking=lock)]):
            new_m = _with_rows(m, indices, added_m, "add", lock)
        with v1.control_dependencies([v1.assign(v, v * n["beta2"], use_locking=lock)]):
            new_v = _with_rows(v, indices, added_v, "add", lock)
        ahead = n["beta1"] * v1.gather(new_m, indices) + added_m
        step = rate * ahead / (v1.sqrt(v1.gather(new_v, indices)) + n["epsilon"])
        return v1.group(_with_rows(var, indices, step, "sub", lock), new_m, new_v)


class AdaMaxOptimizer(_RowsOfAdam):
    """Adam with the maximum norm (`tf.contrib.opt.AdaMaxOptimizer`). The arguments are those of
    `tf.train.AdamOptimizer`.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdaMax",
    ) -> None:
        super().__init__(learning_rate, beta1, beta2, epsilon, use_locking, name)

    def _get_beta_accumulators(self) -> Any:
        graph = v1.get_default_graph()
        return self._get_non_slot_variable("beta1_power", graph=graph), v1.constant(1.0)

    def _create_slots(self, var_list: Any) -> None:
        first = min(var_list, key=lambda variable: variable.name)
        self._create_non_slot_variable(initial_value=self._beta1, name="beta1_power", colocate_with=first)
        for variable in var_list:
            self._zeros_slot(variable, "m", self._name)
            self._zeros_slot(variable, "v", self._name)

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        n = self._numbers(var)
        del n["beta2_power"]
        return v1.raw_ops.ApplyAdaMax(
            var=var._ref(), m=self.get_slot(var, "m")._ref(), v=self.get_slot(var, "v")._ref(), grad=grad,
            use_locking=self._use_locking, **n,
        ).op  # fmt: skip

    def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
        n = self._numbers(var)
        del n["beta2_power"]
        return v1.raw_ops.ResourceApplyAdaMax(
            var=var.handle, m=self.get_slot(var, "m").handle, v=self.get_slot(var, "v").handle, grad=grad,
            use_locking=self._use_locking, **n,
        )  # fmt: skip

    def _rows(self, grad: Any, var: Any, indices: Any) -> Any:
        n, lock = self._numbers(var), self._use_locking
        m, v = self.get_slot(var, "m"), self.get_slot(var, "v")
        new_m = n["beta1"] * v1.gather(m, indices) + (1 - n["beta1"]) * grad
        new_v = v1.maximum(n["beta2"] * v1.gather(v, indices), v1.abs(grad))
        step = n["lr"] / (1 - n["beta1_power"]) * new_m / (new_v + n["epsilon"])
        return v1.group(
            _with_rows(m, indices, new_m, "update", lock),
            _with_rows(v, indices, new_v, "update", lock),
            _with_rows(var, indices, step, "sub", lock),
        )

    def _finish(self, update_ops: Any, name_scope: str) -> Any:
        power = self._get_beta_accumulators()[0]
        with v1.control_dependencies(update_ops), v1.colocate_with(power):
            ahead = power.assign(power * self._beta1_t, use_locking=self._use_locking)
        return v1.group(*update_ops, ahead, name=name_scope)
