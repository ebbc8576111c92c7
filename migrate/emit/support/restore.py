# mypy: ignore-errors
"""For tf.train.Saver.restore."""


def restore(checkpoint, path, functions):
    """Read a checkpoint back. Tracing the functions creates all weights first: only weights that exist are read."""
    for function in functions:
        function.get_concrete_function()
    checkpoint.read(path).assert_existing_objects_matched()
