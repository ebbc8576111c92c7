"""Cases for the support code of optimizers and MNIST batches, for the recorder and for the tests."""

import numpy as np

WEIGHTS = np.array([[1.0, -2.0], [3.0, 0.5], [-1.0, 2.0]], np.float32)
SCALES = np.array([[1.0, 0.5], [2.0, 0.1], [3.0, 0.3]], np.float32)
RATES = [0.1, 0.05, 0.2, 0.01]

# name: (TF1 optimizer, its arguments, support class, its arguments)
OPTIMIZERS = {
    "rmsprop": ("RMSPropOptimizer", {}, "RMSprop", {"epsilon": 1e-10}),
    "rmsprop_momentum": ("RMSPropOptimizer", {"momentum": 0.9},
                         "RMSprop", {"momentum": 0.9, "epsilon": 1e-10}),
    "rmsprop_centered": (
        "RMSPropOptimizer", {"decay": 0.8, "momentum": 0.5, "centered": True, "epsilon": 1e-6},
        "RMSprop", {"rho": 0.8, "momentum": 0.5, "centered": True, "epsilon": 1e-6}),
    "momentum": ("MomentumOptimizer", {"momentum": 0.9}, "Momentum", {"momentum": 0.9}),
    "nesterov": ("MomentumOptimizer", {"momentum": 0.9, "use_nesterov": True},
                 "Momentum", {"momentum": 0.9, "nesterov": True}),
}

def tagged(steps=4):
    """Scores [5, steps, 3], tags, lengths and scores of transitions for conditional random fields."""
    random = np.random.RandomState(1)
    scores = random.randn(5, steps, 3).astype(np.float32)
    lengths = np.minimum(np.array([4, 1, 3, 0, 2], np.int32), steps)
    return scores, random.randint(0, 3, [5, steps]).astype(np.int32), lengths, random.randn(3, 3).astype(np.float32)


# batch sizes and shuffle of the next_batch calls on train and test
BATCHES = [(4, True), (4, True), (4, True), (5, True), (3, False), (9, True), (2, True)]
# name: arguments of read_data_sets and read_mnist
MNIST = {
    "plain": {"validation_size": 3, "seed": 7},
    "one_hot": {"one_hot": True, "validation_size": 3, "seed": 7},
    "images": {"reshape": False, "validation_size": 2, "seed": 1},
}


def digits():
    """A small stand-in for MNIST: (images, labels) of 12 training and 6 test digits of 4 x 3 pixels."""
    random = np.random.RandomState(0)
    images = random.randint(0, 256, [18, 4, 3]).astype(np.uint8)
    labels = random.randint(0, 10, [18]).astype(np.uint8)
    return (images[:12], labels[:12]), (images[12:], labels[12:])


def drawn(data):
    """What a program draws from the splits, one array after the other."""
    found = [data.validation.images, data.validation.labels, np.array(data.train.num_examples)]
    for split in (data.train, data.test):
        for size, shuffle in BATCHES:
            found.extend(split.next_batch(min(size, split.num_examples), shuffle=shuffle))
            found.append(np.array(split.epochs_completed))
    return found
