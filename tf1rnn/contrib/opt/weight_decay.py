"""Decoupled weight decay (`tf.contrib.opt`): before an optimizer's own step, w ← w − decay · w.

Of a variable with a sparse gradient only the rows that it names decay.
"""

from __future__ import annotations

import inspect
from typing import Any

import tensorflow.compat.v1 as v1


class DecoupledWeightDecayExtension:
    """To be mixed into an optimizer: `class MyW(DecoupledWeightDecayExtension, MyOptimizer)`.

    Args:
        weight_decay: the decay, a number or tensor; the learning rate does not scale it.
        **kwargs: for the optimizer.
    """

    def __init__(self, weight_decay: Any, **kwargs: Any) -> None:
        self._weight_decay = weight_decay
        self._weight_decay_tensor: Any = None
        self._decay_var_list: set[str] | None = None
        super().__init__(**kwargs)

    def minimize(
        self,
        loss: Any,
        global_step: Any = None,
        var_list: Any = None,
        gate_gradients: int = v1.train.Optimizer.GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
        decay_var_list: Any = None,
    ) -> Any:
        """`minimize` of the optimizer. As in TensorFlow 1.15, all variables decay whatever `decay_var_list` says: only
        `apply_gradients` heeds it.
        """
        return super().minimize(  # type: ignore[misc]
            loss,
            global_step=global_step,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            name=name,
            grad_loss=grad_loss,
        )

    def apply_gradients(
        self, grads_and_vars: Any, global_step: Any = None, name: str | None = None, decay_var_list: Any = None
    ) -> Any:
        """`apply_gradients` of the optimizer; only the variables in `decay_var_list` decay, all by default."""
        self._decay_var_list = {v.name for v in decay_var_list} if decay_var_list else None
        return super().apply_gradients(grads_and_vars, global_step=global_step, name=name)  # type: ignore[misc]

    def _prepare(self) -> None:
        self._weight_decay_tensor = v1.convert_to_tensor(self._weight_decay, name="weight_decay")
        super()._prepare()  # type: ignore[misc]

    def _decays(self, var: Any) -> bool:
        return not self._decay_var_list or var.name in self._decay_var_list

    # The weights decay after the gradient has read them.
    def _decayed(self, var: Any, grad: Any) -> Any:
        if not self._decays(var):
            return v1.no_op()
        with v1.control_dependencies([grad]):
            return v1.assign_sub(var, v1.cast(self._weight_decay_tensor, var.dtype.base_dtype) * var)

    def _decayed_rows(self, var: Any, grad: Any, indices: Any) -> Any:
        if not self._decays(var):
            return v1.no_op()
        with v1.control_dependencies([grad]):
            rows = v1.cast(self._weight_decay_tensor, var.dtype.base_dtype) * v1.gather(var, indices)
            return v1.scatter_sub(var, indices, rows)

    def _apply_dense(self, grad: Any, var: Any) -> Any:
        with v1.control_dependencies([self._decayed(var, grad)]):
            return super()._apply_dense(grad, var)  # type: ignore[misc]

    def _resource_apply_dense(self, grad: Any, var: Any) -> Any:
        with v1.control_dependencies([self._decayed(var, grad)]):
            return super()._resource_apply_dense(grad, var)  # type: ignore[misc]

    def _apply_sparse(self, grad: Any, var: Any) -> Any:
        with v1.control_dependencies([self._decayed_rows(var, grad.values, grad.indices)]):
            return super()._apply_sparse(grad, var)  # type: ignore[misc]

    def _resource_apply_sparse(self, grad: Any, var: Any, indices: Any) -> Any:
        with v1.control_dependencies([self._decayed_rows(var, grad, indices)]):
            return super()._resource_apply_sparse(grad, var, indices)  # type: ignore[misc]


def extend_with_decoupled_weight_decay(base_optimizer: type) -> type:
    """A subclass of an optimizer class that takes `weight_decay` first and decays the weights."""

    class OptimizerWithDecoupledWeightDecay(DecoupledWeightDecayExtension, base_optimizer):  # type: ignore[misc, valid-type]
        """An optimizer with decoupled weight decay."""

        def __init__(self, weight_decay: Any, *args: Any, **kwargs: Any) -> None:
            bound = inspect.signature(base_optimizer).bind(*args, **kwargs)
            super().__init__(weight_decay, **bound.arguments)

    return OptimizerWithDecoupledWeightDecay


class AdamWOptimizer(DecoupledWeightDecayExtension, v1.train.AdamOptimizer):
    """Adam with decoupled weight decay (`tf.contrib.opt.AdamWOptimizer`)."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "AdamW",
    ) -> None:
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            beta1=beta1,
            beta2=beta2,
            epsilon=epsilon,
            use_locking=use_locking,
            name=name,
        )


class MomentumWOptimizer(DecoupledWeightDecayExtension, v1.train.MomentumOptimizer):
    """Momentum with decoupled weight decay (`tf.contrib.opt.MomentumWOptimizer`)."""

    def __init__(
        self,
        weight_decay: Any,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "MomentumW",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(
            weight_decay,
            learning_rate=learning_rate,
            momentum=momentum,
            use_locking=use_locking,
            name=name,
            use_nesterov=use_nesterov,
        )
