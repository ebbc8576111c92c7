# mypy: ignore-errors
"""For tensorflow.examples.tutorials.mnist.input_data.read_data_sets."""

import collections

import keras
import numpy as np


class MnistSplit:
    """Images [n, 784] or [n, 28, 28, 1] from 0 to 1, labels [n] or one-hot [n, 10], given out in batches."""

    def __init__(self, images, labels, one_hot, reshape):
        images = images.astype(np.float32) * np.float32(1 / 255)
        self.images = images.reshape(len(images), -1) if reshape else images[..., np.newaxis]
        self.labels = np.eye(10)[labels] if one_hot else labels
        self.num_examples = len(images)
        self.epochs_completed = 0
        self.position = 0

    def shuffle(self):
        order = np.arange(self.num_examples)
        np.random.shuffle(order)
        self.images, self.labels = self.images[order], self.labels[order]

    def next_batch(self, batch_size, shuffle=True):
        """The next images and labels; a batch that reaches the end takes its rest from the next epoch."""
        start, end = self.position, self.position + batch_size
        if shuffle and start == 0 and self.epochs_completed == 0:
            self.shuffle()
        images, labels = self.images[start:end], self.labels[start:end]
        if end > self.num_examples:
            self.epochs_completed += 1
            end = batch_size - len(images)
            if shuffle:
                self.shuffle()
            images = np.concatenate([images, self.images[:end]])
            labels = np.concatenate([labels, self.labels[:end]])
        self.position = end
        return images, labels


def read_mnist(one_hot=False, reshape=True, validation_size=5000, seed=None):
    """MNIST as a tuple of the splits train, validation and test; seeds NumPy."""
    (images, labels), test = keras.datasets.mnist.load_data()
    np.random.seed(seed)
    validation = images[:validation_size], labels[:validation_size]
    splits = [(images[validation_size:], labels[validation_size:]), validation, test]
    return collections.namedtuple("Mnist", "train validation test")(
        *(MnistSplit(*split, one_hot, reshape) for split in splits)
    )
