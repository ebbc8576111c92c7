"""What optimizers remember: TF1's slots and powers, and what Keras keeps in their place.

Pure NumPy, no TensorFlow. For one variable w with gradient g, learning rate lr:

    Adam       m, v as in Keras; TF1 keeps beta1^(t+1), beta2^(t+1) after t steps, Keras keeps t
    Momentum   TF1    a' = momentum a + g;            w' = w - lr a'
               Keras  m' = momentum m - lr g;         w' = w + m'             so m = - lr a, for a constant lr
    Adagrad    a' = a + g^2 on both sides
    RMSProp    s' = rho s + (1 - rho) g^2 on both sides (TF1 starts s at 1: part of the state that comes along);
               p' = momentum p + lr g / sqrt(s' + epsilon), if there is momentum; centered: the mean of g
    Adadelta   the mean of g^2 and the mean of the squared updates on both sides
    Ftrl       the sum of g^2 and the linear term on both sides

A slot is a sum of (squares of) gradients, so it has its variable's layout, without the forget bias.
Sources: the papers' equations, the documentation of tf.train in TensorFlow 1.15 and of keras.optimizers.
"""

from __future__ import annotations

import math

import numpy as np

from migrate.weights.cells import Array

_FLOAT = np.dtype("float32")
_MOST_STEPS = 2_000_000  # beta = 0.9999 has vanished in a float32 before


def momentum_to_keras(accumulated: Array, learning_rate: float) -> Array:
    """a -> m = - lr a, in the dtype of `a`."""
    return (-accumulated.dtype.type(learning_rate) * accumulated).astype(accumulated.dtype)


def momentum_to_tf1(momentum: Array, learning_rate: float) -> Array:
    """m -> a = - m / lr, in the dtype of `m`. A learning rate of 0 leaves only a = 0: `ValueError` for other m."""
    if learning_rate == 0:
        if np.any(momentum):
            raise ValueError("a momentum cannot be divided by a learning rate of 0")
        return np.zeros_like(momentum)
    return (momentum / -momentum.dtype.type(learning_rate)).astype(momentum.dtype)


def beta_power(beta: float, steps: int, dtype: np.dtype = _FLOAT) -> np.floating:
    """What TF1 has after `steps` steps: beta, multiplied by beta once a step, rounded each time; tiny values are 0."""
    factor = dtype.type(beta)
    power = factor
    least = np.finfo(dtype).tiny
    with np.errstate(under="ignore"):
        for _ in range(min(steps, _MOST_STEPS)):
            power = power * factor
            if power < least:
                return dtype.type(0)
    return power


def vanishing_step(beta: float, dtype: np.dtype = _FLOAT) -> int:
    """The number of steps after which the power of `beta` is 0 for all that follows; `_MOST_STEPS` at most."""
    if not 0 < beta < 1:
        return 0 if beta == 0 else _MOST_STEPS
    return min(_MOST_STEPS, math.ceil(math.log(float(np.finfo(dtype).tiny)) / math.log(beta)) + 1)


def steps_of_power(beta: float, power: float, dtype: np.dtype = _FLOAT) -> int | None:
    """The number of steps after which TF1 has this power of `beta`; None when it has vanished.

    Raises `ValueError` when no number of steps gives it, that is, when the optimizer had another beta.
    """
    if not 0 < beta < 1:
        raise ValueError(f"beta = {beta} has no powers to count")
    factor, least = dtype.type(beta), np.finfo(dtype).tiny
    value = now = factor
    wanted = dtype.type(power)
    if wanted < least:
        return None
    steps = 0
    # The last digits may depend on how the product was made: within a thousandth of a step it is the same number.
    near = abs(math.log(beta)) * 0.01
    best = min(_MOST_STEPS, int(2 * math.log(max(float(wanted), float(least))) / math.log(beta)) + 2)
    while steps <= best and value >= least:
        if value == wanted or abs(float(value) - float(wanted)) <= near * float(value):
            return steps
        value = value * now
        steps += 1
    raise ValueError(f"{float(wanted)!r} is no power of {beta}")
