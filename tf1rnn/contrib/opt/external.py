"""Optimizers outside of the graph that see loss and gradients as functions of one long vector (`tf.contrib.opt`).

ScipyOptimizerInterface needs the package scipy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1


class ExternalOptimizerInterface:
    """Base class; a subclass has `_minimize(…)`.

    Args:
        loss: the scalar to minimize.
        var_list: variables, the trainable ones by default.
        equalities: scalar tensors to be held at 0.
        inequalities: scalar tensors to be held at 0 or above.
        var_to_bounds: {variable: (lower bound, upper bound)}, each one number or an array of the variable's shape.
        **optimizer_kwargs: for the optimizer.
    """

    def __init__(
        self,
        loss: Any,
        var_list: Any = None,
        equalities: Any = None,
        inequalities: Any = None,
        var_to_bounds: Any = None,
        **optimizer_kwargs: Any,
    ) -> None:
        self._loss = loss
        self._equalities, self._inequalities = list(equalities or []), list(inequalities or [])
        self._vars = list(v1.trainable_variables() if var_list is None else var_list)
        self.optimizer_kwargs = optimizer_kwargs
        sizes = [int(np.prod(var.shape.as_list(), dtype=int)) for var in self._vars]
        ends = np.cumsum([0, *sizes])
        self._slices = [slice(start, end) for start, end in zip(ends[:-1], ends[1:], strict=True)]
        self._packed_bounds = None if var_to_bounds is None else self._bounds(var_to_bounds, sizes)
        self._update_placeholders = [v1.placeholder(var.dtype.base_dtype) for var in self._vars]
        self._updates = [
            var.assign(v1.reshape(place, var.shape.as_list()))
            for var, place in zip(self._vars, self._update_placeholders, strict=True)
        ]
        self._loss_grads = self._gradient(loss)
        self._equality_grads = [self._gradient(e) for e in self._equalities]
        self._inequality_grads = [self._gradient(i) for i in self._inequalities]

    def minimize(
        self,
        session: Any = None,
        feed_dict: Any = None,
        fetches: Any = None,
        step_callback: Callable[[np.ndarray], Any] | None = None,
        loss_callback: Callable[..., Any] | None = None,
        **run_kwargs: Any,
    ) -> None:
        """Minimizes the loss and writes the result into the variables, which keep their values until then.

        Args:
            session: the session, the default one if None.
            feed_dict: for every run.
            fetches: tensors for `loss_callback`, which is called with their values at each evaluation of the loss.
            step_callback: called with the vector after each step.
            loss_callback: see `fetches`.
            **run_kwargs: for every run.
        """
        session = session or v1.get_default_session()
        feed_dict, fetches = feed_dict or {}, list(fetches or [])
        loss_callback = loss_callback or (lambda *values: None)
        start = self._packed([np.asarray(value) for value in session.run(self._vars)])

        def function(tensors: list[Any], extra: list[Any], callback: Callable[..., Any] | None) -> Callable[..., Any]:
            def evaluate(x: np.ndarray) -> list[np.ndarray]:
                feeds = dict(zip(self._vars, self._unpacked(x), strict=True))
                feeds.update(feed_dict)
                values = session.run([*tensors, *extra], feed_dict=feeds, **run_kwargs)
                if callback is not None:
                    callback(*values[len(tensors) :])
                return values[: len(tensors)]

            return evaluate

        both = function([self._loss, self._loss_grads], fetches, loss_callback)
        result = self._minimize(
            initial_val=start,
            loss_grad_func=lambda x: tuple(both(x)),
            equality_funcs=[self._one(function([e], [], None)) for e in self._equalities],
            equality_grad_funcs=[self._one(function([g], [], None)) for g in self._equality_grads],
            inequality_funcs=[self._one(function([i], [], None)) for i in self._inequalities],
            inequality_grad_funcs=[self._one(function([g], [], None)) for g in self._inequality_grads],
            packed_bounds=self._packed_bounds,
            step_callback=step_callback,
            optimizer_kwargs=self.optimizer_kwargs,
        )
        values = [result[part] for part in self._slices]
        session.run(self._updates, feed_dict=dict(zip(self._update_placeholders, values, strict=True)), **run_kwargs)

    def _minimize(
        self,
        initial_val: np.ndarray,
        loss_grad_func: Callable[..., Any],
        equality_funcs: list[Any],
        equality_grad_funcs: list[Any],
        inequality_funcs: list[Any],
        inequality_grad_funcs: list[Any],
        packed_bounds: Any,
        step_callback: Any,
        optimizer_kwargs: dict[str, Any],
    ) -> np.ndarray:
        """The vector at which `loss_grad_func`, which gives loss and gradient, is least."""
        raise NotImplementedError("To use ExternalOptimizerInterface, subclass from it and implement _minimize().")

    def _gradient(self, scalar: Any) -> Any:
        gradients = v1.gradients(scalar, self._vars)
        flat = [
            v1.zeros(var.shape.as_list(), var.dtype.base_dtype) if g is None else v1.convert_to_tensor(g)
            for g, var in zip(gradients, self._vars, strict=True)
        ]
        parts = [v1.reshape(part, [-1]) for part in flat]
        return parts[0] if len(parts) == 1 else v1.concat(parts, 0)

    def _bounds(self, var_to_bounds: Any, sizes: list[int]) -> list[tuple[float, float]]:
        given = {var.name: bounds for var, bounds in dict(var_to_bounds).items()}
        packed: list[tuple[float, float]] = []
        for var, size in zip(self._vars, sizes, strict=True):
            bounds = given.get(var.name, (-np.inf, np.inf))
            shape = var.shape.as_list()
            low, high = (np.broadcast_to(np.asarray(b, dtype=float), shape).reshape(-1) for b in bounds)
            assert len(low) == size
            packed.extend(zip(low.tolist(), high.tolist(), strict=True))
        return packed

    @staticmethod
    def _packed(values: list[np.ndarray]) -> np.ndarray:
        return np.concatenate([value.reshape(-1) for value in values]) if values else np.zeros(0)

    def _unpacked(self, x: np.ndarray) -> list[np.ndarray]:
        return [x[part].reshape(v.shape.as_list()) for part, v in zip(self._slices, self._vars, strict=True)]

    @staticmethod
    def _one(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda x: function(x)[0]


class ScipyOptimizerInterface(ExternalOptimizerInterface):
    """Minimizes with `scipy.optimize.minimize`: L-BFGS-B by default, SLSQP if there are constraints.

    `optimizer_kwargs` are those of scipy, such as `method` and `options`.
    """

    _DEFAULT_METHOD = "L-BFGS-B"

    def _minimize(
        self,
        initial_val: np.ndarray,
        loss_grad_func: Callable[..., Any],
        equality_funcs: list[Any],
        equality_grad_funcs: list[Any],
        inequality_funcs: list[Any],
        inequality_grad_funcs: list[Any],
        packed_bounds: Any,
        step_callback: Any,
        optimizer_kwargs: dict[str, Any],
    ) -> np.ndarray:
        import scipy.optimize

        # The solvers compute in 64 bits.
        def loss_and_gradient(x: np.ndarray) -> tuple[float, np.ndarray]:
            loss, gradient = loss_grad_func(x)
            return float(loss), np.asarray(gradient, dtype=np.float64)

        def in_64_bits(function: Callable[..., Any]) -> Callable[..., Any]:
            return lambda x: np.asarray(function(x), dtype=np.float64)

        constraints = [
            {"type": kind, "fun": in_64_bits(function), "jac": in_64_bits(gradient)}
            for kind, functions, gradients in (
                ("eq", equality_funcs, equality_grad_funcs),
                ("ineq", inequality_funcs, inequality_grad_funcs),
            )
            for function, gradient in zip(functions, gradients, strict=True)
        ]
        options: dict[str, Any] = {"jac": True, "callback": step_callback, "constraints": constraints}
        options.update(bounds=packed_bounds, method="SLSQP" if constraints else self._DEFAULT_METHOD)
        for name, why in (("jac", "is computed by TensorFlow"), ("bounds", "comes from var_to_bounds")):
            if name in optimizer_kwargs:
                raise ValueError(f"Optimizer keyword arg '{name}' cannot be set manually; it {why}.")
        if "constraints" in optimizer_kwargs:
            raise ValueError("Pass equalities and inequalities instead of the keyword argument 'constraints'.")
        options.update(optimizer_kwargs)
        result = scipy.optimize.minimize(loss_and_gradient, initial_val.astype(np.float64), **options)
        v1.logging.info("Optimization terminated with: %s, loss %s, %s", result.message, result.fun, result.get("nit"))
        return result["x"]
