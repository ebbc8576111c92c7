"""Which TF1 call is structure (not a plain operation), and who understands it: the only place to add one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from migrate.analysis import cells, layers, loops, metrics, sessions, states, training, variables
from migrate.analysis.optimizers import OPTIMIZERS, SCHEDULES

Handler = Callable[..., Any]

HANDLERS: dict[str, Handler] = {
    "placeholder": variables.placeholder,
    "placeholder_with_default": variables.placeholder_with_default,
    "Variable": variables.variable,
    "get_variable": variables.get_variable,
    "train.get_or_create_global_step": variables.global_step,
    "train.create_global_step": variables.global_step,
    "train.get_global_step": variables.global_step,
    "assign": variables.assign,
    "assign_add": variables.assign,
    "assign_sub": variables.assign,
    "nn.rnn_cell.BasicRNNCell": cells.create,
    "nn.rnn_cell.BasicLSTMCell": cells.create,
    "nn.rnn_cell.LSTMCell": cells.create,
    "nn.rnn_cell.GRUCell": cells.create,
    "nn.rnn_cell.DropoutWrapper": cells.dropout_wrapper,
    "nn.rnn_cell.MultiRNNCell": cells.multi,
    "nn.rnn_cell.LSTMStateTuple": cells.state_tuple,
    "nn.rnn_cell.ResidualWrapper": cells.wrapper_refused,
    "nn.rnn_cell.DeviceWrapper": cells.wrapper_refused,
    "nn.dynamic_rnn": loops.loop,
    "nn.static_rnn": loops.loop,
    "nn.bidirectional_dynamic_rnn": loops.loop,
    "nn.static_bidirectional_rnn": loops.loop,
    "layers.dense": layers.dense,
    "layers.Dense": layers.dense_object,
    "contrib.layers.fully_connected": layers.fully_connected,
    "contrib.layers.linear": layers.fully_connected,
    "contrib.layers.relu": layers.fully_connected,
    **{name: training.optimizer for name in OPTIMIZERS},
    **{name: training.schedule for name in SCHEDULES},
    "gradients": training.gradients,
    "trainable_variables": training.trainable_variables,
    "group": training.group,
    "metrics.accuracy": metrics.accuracy,
    "Session": sessions.new_session,
    "InteractiveSession": sessions.new_session,
    "ConfigProto": sessions.config,
    "GPUOptions": sessions.config,
    "Graph": sessions.new_graph,
    "get_default_graph": sessions.new_graph,
    "global_variables_initializer": sessions.initializers,
    "initialize_all_variables": sessions.initializers,
    "local_variables_initializer": sessions.initializers,
    "initialize_local_variables": sessions.initializers,
    "variables_initializer": sessions.initializers,
    "tables_initializer": sessions.initializers,
    "set_random_seed": sessions.seed,
    "random.set_random_seed": sessions.seed,
    "test.is_gpu_available": sessions.gpu_available,
    "no_op": sessions.nothing,
    "reset_default_graph": sessions.nothing,
    "disable_v2_behavior": sessions.nothing,
    "disable_eager_execution": sessions.nothing,
    "examples.tutorials.mnist.input_data.read_data_sets": metrics.read_mnist,
    "contrib.learn.datasets.mnist.read_data_sets": metrics.read_mnist,
}

# (kind of value, method) and (kind of value, ".attribute")
METHODS: dict[tuple[str, str], Handler] = {
    ("Session", "run"): sessions.run,
    ("Session", "close"): sessions.close,
    ("Session", ".graph"): sessions.session_attribute,
    ("Tensor", "eval"): sessions.eval_,
    ("Tensor", "run"): sessions.eval_,
    ("Variable", "assign"): variables.method_assign,
    ("Variable", "assign_add"): variables.method_assign,
    ("Variable", "assign_sub"): variables.method_assign,
    ("Variable", "initialized_value"): variables.initialized_value,
    ("Optimizer", "minimize"): training.minimize,
    ("Optimizer", "compute_gradients"): training.compute_gradients,
    ("Optimizer", "apply_gradients"): training.apply_gradients,
    ("Cell", "zero_state"): cells.zero_state,
    ("Stack", "zero_state"): cells.zero_state,
    ("State", ".c"): states.state_attribute,
    ("State", ".h"): states.state_attribute,
    ("Fetched", ".c"): sessions.fetched_attribute,
    ("Fetched", ".h"): sessions.fetched_attribute,
}
