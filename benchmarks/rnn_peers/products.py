"""The matrix products of the network alone, by NumPy: what no implementation can do without.

Forward: inputs by their kernel, all steps at once; the state by its kernel, step by step. Train: the same again for the
gradients of the states, and the kernels' gradients, all steps at once.
"""

import numpy as np
from serving import LAYERS, megabytes, read_case, serve

GATES = {"rnn": 1, "gru": 3}


def main():
    case, x = read_case()
    before = megabytes()
    kind, units, steps, batch = case["cell"], case["units"], case["time"], case["batch"]
    columns = GATES.get(kind, 4) * units
    random = np.random.RandomState(1)

    def made(*shape):
        return random.normal(size=shape).astype(np.float32)

    depths = [case["input"]] + [units] * (LAYERS[kind] - 1)
    depths = depths * 2 if kind == "bilstm" else depths
    layers = [(made(steps * batch, depth), made(depth, columns), made(units, columns)) for depth in depths]
    state, gates, all_gates = made(batch, units), made(batch, columns), made(steps * batch, columns)
    states = made(steps * batch, units)

    def forward():
        for inputs, kernel, recurrent in layers:
            inputs @ kernel
            for _ in range(steps):
                state @ recurrent

    def train():
        forward()
        for inputs, _, recurrent in layers:
            turned = np.ascontiguousarray(recurrent.T)
            for _ in range(steps):
                gates @ turned
            inputs.T @ all_gates
            states.T @ all_gates

    serve(forward, train, before)


main()
