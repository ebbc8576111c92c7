"""Optimizers around other optimizers (`tf.contrib.opt`): averages of the weights, bounded norms."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1


class MovingAverageOptimizer(v1.train.Optimizer):
    """Keeps moving averages of the weights that an optimizer trains; `swapping_saver()` saves them in their place.

    Args:
        opt: the optimizer.
        average_decay: of the averages.
        num_updates: counts steps; early averages then decay faster, see `tf.train.ExponentialMovingAverage`.
        sequential_update: average after the step; otherwise while it is under way.
    """

    def __init__(
        self, opt: Any, average_decay: Any = 0.9999, num_updates: Any = None, sequential_update: bool = True
    ) -> None:
        super().__init__(False, "MovingAverage")
        self._optimizer = opt
        self._ema = v1.train.ExponentialMovingAverage(average_decay, num_updates=num_updates)
        self._averages: dict[str, Any] | None = None
        self._sequential_update = sequential_update

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """Those of the optimizer."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """The optimizer's step, then the averages of the variables that had a gradient."""
        pairs = list(grads_and_vars)
        step = self._optimizer.apply_gradients(pairs, global_step=global_step, name=name)
        variables = [var for gradient, var in pairs if gradient is not None]
        with v1.control_dependencies([step] if self._sequential_update else []):
            averaged = self._ema.apply(variables)
        self._averages = {var.op.name: self._ema.average(var) for var in variables}
        return v1.group(step, averaged, name="train_with_avg")

    def swapping_saver(self, var_list: Any = None, name: str = "swapping_saver", **kwargs: Any) -> Any:
        """A Saver under whose names of variables their averages are, and the other way round.

        Raises RuntimeError before `apply_gradients` or `minimize`, ValueError for a variable without average among
        those that are trained.
        """
        if self._averages is None:
            raise RuntimeError("Must call apply_gradients or minimize before creating the swapping_saver")
        if var_list is None:
            variables = {v.op.name: v for v in v1.global_variables()}
        else:
            variables = dict(var_list) if isinstance(var_list, dict) else {v.op.name: v for v in var_list}
        names = {id(v): key for key, v in variables.items()}
        swapped = dict(variables)
        for key, variable in variables.items():
            average = self._averages.get(variable.op.name)
            if average is None:
                continue
            if id(average) not in names:
                raise ValueError(f"Variable to swap {average.op.name} is not in variables to save")
            swapped[key], swapped[names[id(average)]] = average, variable
        return v1.train.Saver(swapped, name=name, **kwargs)

    def get_slot(self, var: Any, name: str) -> Any:
        """That of the optimizer."""
        return self._optimizer.get_slot(var, name)

    def get_slot_names(self) -> list[str]:
        """Those of the optimizer."""
        return self._optimizer.get_slot_names()

    def variables(self) -> list[Any]:
        """Those of the optimizer."""
        return self._optimizer.variables()


class VariableClippingOptimizer(v1.train.Optimizer):
    """Bounds norms of variables after each step of an optimizer.

    Args:
        opt: the optimizer.
        vars_to_clip_dims: {variable: dimensions over which its norm is taken}.
        max_norm: the bound.
        use_locking: lock the assignments.
        colocate_clip_ops_with_vars: place the clipping with the variables.
        name: of the optimizer.
    """

    def __init__(
        self,
        opt: Any,
        vars_to_clip_dims: Any,
        max_norm: Any,
        use_locking: bool = False,
        colocate_clip_ops_with_vars: bool = False,
        name: str = "VariableClipping",
    ) -> None:
        super().__init__(use_locking, name)
        self._opt, self._max_norm, self._beside = opt, max_norm, colocate_clip_ops_with_vars
        self._dims = {self._key(variable): dims for variable, dims in vars_to_clip_dims.items()}

    @staticmethod
    def _key(variable: Any) -> Any:
        return variable.name

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """Those of the optimizer."""
        return self._opt.compute_gradients(*args, **kwargs)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """That of the optimizer."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> Any:
        """Those of the optimizer."""
        return self._opt.get_slot_names(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """The optimizer's step, then the bounds; of a sparse gradient's variable only the rows that it names."""
        pairs = list(grads_and_vars)
        with v1.name_scope(name, self._name) as scope:
            step = self._opt.apply_gradients(pairs, global_step=global_step)
            clipped = []
            with v1.control_dependencies([step]):
                for gradient, variable in pairs:
                    dims = self._dims.get(self._key(variable))
                    if gradient is None or dims is None:
                        continue
                    clipped.append(self._clipped(gradient, variable, dims))
            return v1.group(step, *clipped, name=scope)

    def _clipped(self, gradient: Any, variable: Any, dims: Any) -> Any:
        if not isinstance(gradient, v1.IndexedSlices):
            bounded = v1.clip_by_norm(v1.identity(variable), self._max_norm, dims)
            return v1.assign(variable, bounded, use_locking=self._use_locking)
        if 0 in dims:
            raise ValueError(f"Clipping norms of {variable.name} over its rows needs all of its rows.")
        # TensorFlow 1.15 takes the excess of a row off as often as the gradient names the row.
        rows = v1.gather(variable, gradient.indices)
        excess = rows - v1.clip_by_norm(rows, self._max_norm, dims)
        return v1.scatter_sub(variable, gradient.indices, excess, use_locking=self._use_locking)


def clip_gradients_by_global_norm(gradients_variables: Any, clip_norm: float = 20.0) -> tuple[list[Any], Any]:
    """((gradient, variable) pairs with gradients scaled so that their joint norm is at most `clip_norm`, that norm)."""
    gradients, variables = zip(*gradients_variables, strict=True)
    gradients, norm = v1.clip_by_global_norm(gradients, clip_norm)
    return list(zip(gradients, variables, strict=True)), norm
