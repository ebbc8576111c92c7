"""The table of optimizers and learning-rate schedules: TF1's constructor, and the Keras one equal to it.

Measured over several steps against TensorFlow 1.15.5, dense and sparse (see tests/api).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OptimizerForm:
    """How one TF1 optimizer is written in Keras 3.

    parameters: TF1's, in order. options: (TF1 name, Keras name, text when not given or None for Keras's default).
    changing_rate: equal while the rate changes from step to step. densify: sparse gradients must be summed into dense
    ones first. sparse: equal to TF1 for the sparse gradients of an embedding.
    """

    keras: str
    parameters: tuple[str, ...]
    options: tuple[tuple[str, str, str | None], ...] = ()
    refused: tuple[str, ...] = ()
    changing_rate: bool = True
    densify: bool = True
    sparse: bool = True
    shrinks: bool = False  # a step depends on the weights themselves, not on their gradients alone
    support: str = ""
    changing_support: str = ""  # equal while the rate changes, where Keras's own is not
    default_rate: str | None = None


OPTIMIZERS: dict[str, OptimizerForm] = {
    "train.GradientDescentOptimizer": OptimizerForm("SGD", ("learning_rate", "use_locking", "name"), densify=False),
    "train.MomentumOptimizer": OptimizerForm(
        "SGD",
        ("learning_rate", "momentum", "use_locking", "name", "use_nesterov"),
        (("momentum", "momentum", None), ("use_nesterov", "nesterov", None)),
        changing_rate=False,
        sparse=False,
        changing_support="Momentum",
    ),
    "train.AdagradOptimizer": OptimizerForm(
        "Adagrad",
        ("learning_rate", "initial_accumulator_value", "use_locking", "name"),
        (("initial_accumulator_value", "initial_accumulator_value", None), ("", "epsilon", "0.0")),
    ),
    "train.AdadeltaOptimizer": OptimizerForm(
        "Adadelta",
        ("learning_rate", "rho", "epsilon", "use_locking", "name"),
        (("rho", "rho", None), ("epsilon", "epsilon", "1e-8")),
        sparse=False,
        default_rate="0.001",
    ),
    "train.RMSPropOptimizer": OptimizerForm(
        "RMSprop",
        ("learning_rate", "decay", "momentum", "epsilon", "use_locking", "centered", "name"),
        (
            ("decay", "rho", None),
            ("momentum", "momentum", None),
            ("epsilon", "epsilon", "1e-10"),
            ("centered", "centered", None),
        ),
        sparse=False,
        support="RMSprop",
    ),
    "train.FtrlOptimizer": OptimizerForm(
        "Ftrl",
        (
            "learning_rate",
            "learning_rate_power",
            "initial_accumulator_value",
            "l1_regularization_strength",
            "l2_regularization_strength",
            "use_locking",
            "name",
            "accum_name",
            "linear_name",
            "l2_shrinkage_regularization_strength",
        ),
        tuple(
            (name, name, None)
            for name in (
                "learning_rate_power",
                "initial_accumulator_value",
                "l1_regularization_strength",
                "l2_regularization_strength",
                "l2_shrinkage_regularization_strength",
            )
        ),
        sparse=False,
        shrinks=True,
    ),
    "train.AdamOptimizer": OptimizerForm(
        "Adam",
        ("learning_rate", "beta1", "beta2", "epsilon", "use_locking", "name"),
        (("beta1", "beta_1", None), ("beta2", "beta_2", None), ("epsilon", "epsilon", "1e-8")),
    ),
}


@dataclass(frozen=True)
class ScheduleForm:
    """How one tf.train decay is written in Keras 3: positional parameters, then options with their TF1 defaults."""

    keras: str
    parameters: tuple[str, ...]
    positional: tuple[str, ...]
    options: tuple[tuple[str, str | None], ...] = ()
    step: str = "global_step"


SCHEDULES: dict[str, ScheduleForm] = {
    "train.exponential_decay": ScheduleForm(
        "ExponentialDecay",
        ("learning_rate", "global_step", "decay_steps", "decay_rate", "staircase", "name"),
        ("learning_rate", "decay_steps", "decay_rate"),
        (("staircase", None),),
    ),
    "train.inverse_time_decay": ScheduleForm(
        "InverseTimeDecay",
        ("learning_rate", "global_step", "decay_steps", "decay_rate", "staircase", "name"),
        ("learning_rate", "decay_steps", "decay_rate"),
        (("staircase", None),),
    ),
    "train.polynomial_decay": ScheduleForm(
        "PolynomialDecay",
        ("learning_rate", "global_step", "decay_steps", "end_learning_rate", "power", "cycle", "name"),
        ("learning_rate", "decay_steps"),
        (("end_learning_rate", None), ("power", None), ("cycle", None)),
    ),
    "train.cosine_decay": ScheduleForm(
        "CosineDecay",
        ("learning_rate", "global_step", "decay_steps", "alpha", "name"),
        ("learning_rate", "decay_steps"),
        (("alpha", None),),
    ),
    "train.piecewise_constant": ScheduleForm(
        "PiecewiseConstantDecay", ("x", "boundaries", "values", "name"), ("boundaries", "values"), (), "x"
    ),
}
