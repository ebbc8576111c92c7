# mypy: ignore-errors
"""For tf.train.Saver."""

import os

import keras
import tensorflow as tf


class Saver:
    """Writes and reads a checkpoint under the paths that TensorFlow 1 used, and notes the latest of each folder.

    Tracing the functions creates all weights first: only weights that exist are written and read.
    """

    def __init__(self, checkpoint, functions, max_to_keep=5):
        self.checkpoint = checkpoint
        self.functions = functions
        self.max_to_keep = max_to_keep
        self.last_checkpoints = []

    def save(self, path, step=None):
        self.create_weights()
        path = self.checkpoint.write(path if step is None else f"{path}-{step}")
        self.last_checkpoints = [other for other in self.last_checkpoints if other != path] + [path]
        while self.max_to_keep and len(self.last_checkpoints) > self.max_to_keep:
            oldest = self.last_checkpoints.pop(0)
            for file in tf.io.gfile.glob([f"{oldest}.index", f"{oldest}.data-*"]):
                tf.io.gfile.remove(file)
        folder = os.path.dirname(path)
        lines = [f'model_checkpoint_path: "{os.path.basename(path)}"\n']
        for other in self.last_checkpoints:
            lines.append(f'all_model_checkpoint_paths: "{os.path.relpath(other, folder or ".")}"\n')
        with tf.io.gfile.GFile(os.path.join(folder, "checkpoint"), "w") as state:
            state.write("".join(lines))
        return path

    def restore(self, path):
        self.create_weights()
        rates = []
        for held in vars(self.checkpoint).values():
            if isinstance(held, keras.optimizers.Optimizer):
                rates += [variable for variable in held.variables if variable.name == "learning_rate"]
        kept = [rate.numpy() for rate in rates]  # TensorFlow 1 saved no learning rate: the program's own stays
        self.checkpoint.read(path).assert_existing_objects_matched()
        for rate, value in zip(rates, kept, strict=True):
            rate.assign(value)

    def create_weights(self):
        for function in self.functions:
            function.get_concrete_function()
