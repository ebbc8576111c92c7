"""Files of converted weights: Keras weights, whole Keras models, TensorFlow 2 checkpoints. Whole or not at all."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from migrate.checkpoint.container import container, named_variables
from migrate.checkpoint.errors import CheckpointError
from migrate.checkpoint.survey import Survey, variable_key
from migrate.checkpoint.units import as_array

WEIGHTS, MODEL = ".weights.h5", ".keras"


def kind_of(path: str | Path) -> str:
    """ "weights", "model" or "checkpoint"."""
    name = str(path)
    if name.endswith(WEIGHTS):
        return "weights"
    if name.endswith(MODEL):
        return "model"
    if name.endswith((".h5", ".hdf5")):
        raise CheckpointError(f"{path}: Keras wants the ending {WEIGHTS}")
    return "checkpoint"


def whole_model(found: Survey) -> tuple[str, Any] | None:
    """The keras.Model that holds all units and optimizers of the program, if there is one that Keras can save."""
    every = {variable_key(one) for unit in found.units for one in unit.variables}
    for label, model in found.models.items():
        if model.built and every <= {variable_key(one) for one in model.weights}:
            others = [one for one in found.optimizers.values() if one is not getattr(model, "optimizer", None)]
            if not any(one.built for one in others):
                return label, model
    return None


def write(found: Survey, path: str | Path) -> str:
    """Write the program's present weights. Returns how the program reads them.

    Raises `CheckpointError` for a kind of file that the program cannot have, or a folder that cannot be written.
    """
    path = Path(path)
    kind = kind_of(path)
    whole = whole_model(found)
    if kind == "model":
        if whole is None:
            raise CheckpointError(f"{path}: the program is not one keras.Model; ask for {WEIGHTS}")
        label, model = whole
        atomically(path, lambda partial: _saved_whole(model, partial))
        return f"{label} = keras.models.load_model({path.name!r})"
    if kind == "weights":
        if whole is not None:
            label, model = whole
            atomically(path, lambda partial: model.save_weights(str(partial)))
            line = f"{label}.load_weights({str(path)!r})"
            optimizer = getattr(model, "optimizer", None)
            # An optimizer without slots passes over those in the file.
            built = f"{label}.optimizer.build({label}.trainable_variables); " if optimizer is not None else ""
            return built + line
        atomically(path, container(found).write)
        return f"from migrate.checkpoint import load_weights; load_weights({str(path)!r})"
    return _write_checkpoint(found, path)


def _saved_whole(model: Any, partial: Path) -> None:
    try:
        model.save(str(partial))
    except (NotImplementedError, TypeError, ValueError) as error:
        text = f"the model cannot be saved whole: {str(error).splitlines()[0]}"
        raise CheckpointError(text, [f"Ask for {WEIGHTS}."]) from error


def _write_checkpoint(found: Survey, path: Path) -> str:
    checkpoint, line = _checkpoint_of(found)
    missing = _not_held(checkpoint, found)
    if missing:
        text = f"the program's tf.train.Checkpoint does not hold {', '.join(missing)}"
        raise CheckpointError(text, [f"Ask for {WEIGHTS}."])
    atomically_in_parts(path, lambda prefix: checkpoint.write(prefix))
    note_latest(path.parent, path.name)
    return f"{line}({str(path)!r})"


def _checkpoint_of(found: Survey) -> tuple[Any, str]:
    """The program's own tf.train.Checkpoint, or one of its objects; and the call that reads it."""
    import tensorflow as tf

    if found.checkpoints:
        label, checkpoint = next(iter(found.checkpoints.items()))
        saver = label.removesuffix(".checkpoint")
        return checkpoint, f"{saver}.restore" if saver != label else f"{label}.read"
    # A checkpoint does not find the weights of keras.layers.RNN([cell, cell]) by way of the layer: units are named.
    parts = {_word(unit.label): unit for unit in found.units}
    optimizers = {_word(label): one for label, one in found.optimizers.items() if one.built}
    shown = [f"{name}={unit.label}" for name, unit in parts.items()]
    shown += [f"{name}={label}" for name, label in zip(optimizers, found.optimizers, strict=False)]
    made = tf.train.Checkpoint(**{name: unit.target for name, unit in parts.items()}, **optimizers)
    return made, f"tf.train.Checkpoint({', '.join(shown)}).read"


def _not_held(checkpoint: Any, found: Survey) -> list[str]:
    """Names of weights and slots that a tf.train.Checkpoint would not write."""
    import tensorflow as tf

    parts = tf.train.TrackableView(checkpoint).descendants()
    held = {variable_key(one) for one in parts if isinstance(one, tf.Variable) or hasattr(one, "path")}
    return [name for name, variable in named_variables(found).items() if variable_key(variable) not in held]


def _word(label: str) -> str:
    """A label as a name of Python."""
    return re.sub(r"[^\w]+", "_", label).strip("_")


def read(found: Survey, path: str | Path) -> None:
    """Read what `write` wrote, or a weights file of the program's model, into the program's objects.

    Learning rates stay the program's own: TensorFlow 1 saved none. Raises `CheckpointError`.
    """
    rates = [
        (variable, as_array(variable))
        for optimizer in found.optimizers.values()
        for variable in optimizer.variables
        if variable.name == "learning_rate"
    ]
    _read(found, Path(path))
    for rate, value in rates:
        rate.assign(value)


def _read(found: Survey, path: Path) -> None:
    import tensorflow as tf

    kind = kind_of(path)
    try:
        if kind == "checkpoint":
            if not Path(f"{path}.index").is_file():
                raise CheckpointError(f"there is no {path}.index")
            checkpoint, _ = _checkpoint_of(found)
            checkpoint.read(str(path)).assert_existing_objects_matched()
            return
        if not path.is_file():
            raise CheckpointError(f"there is no {path}")
        whole = whole_model(found)
        if kind == "model":
            if whole is None:
                raise CheckpointError("the program is not one keras.Model")
            _copy_model(path, whole[1])
            return
        if whole is None:
            container(found).read(path)
            return
        optimizer = getattr(whole[1], "optimizer", None)
        if optimizer is not None and not optimizer.built:
            optimizer.build(whole[1].trainable_variables)
        whole[1].load_weights(str(path))
    except (ValueError, KeyError, OSError, AssertionError, tf.errors.OpError) as error:
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise CheckpointError(f"{path} is not of this program, or damaged", [first]) from error


def _copy_model(path: Path, model: Any) -> None:
    import keras

    other = keras.models.load_model(str(path))
    model.set_weights(other.get_weights())
    if other.optimizer is not None and model.optimizer is not None:
        for mine, theirs in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
            mine.assign(theirs.numpy())


def atomically(path: Path, make: Callable[[Path], Any]) -> None:
    """Have a file written beside its place and renamed."""
    folder = _folder_of(path)
    work = Path(tempfile.mkdtemp(prefix=".tf1rnn-", dir=folder))
    try:
        make(work / path.name)
        os.replace(work / path.name, path)
    except OSError as error:
        raise CheckpointError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


def atomically_in_parts(prefix: Path, make: Callable[[str], Any], also: tuple[Path, ...] = ()) -> None:
    """Have a checkpoint written beside its place and renamed, its index last: without one it does not exist.

    also: files to be copied beside it, under its name and their own ending.
    """
    folder = _folder_of(prefix)
    work = Path(tempfile.mkdtemp(prefix=".tf1rnn-", dir=folder))
    try:
        make(str(work / prefix.name))
        for one in also:
            shutil.copyfile(one, work / f"{prefix.name}{one.suffix}")
        for part in sorted(work.iterdir(), key=lambda one: one.suffix == ".index"):
            os.replace(part, folder / part.name)
    except OSError as error:
        raise CheckpointError(f"{prefix} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(work, ignore_errors=True)


_NOTED = re.compile(r'^all_model_checkpoint_paths: ".*"$', re.MULTILINE)


def note_latest(folder: Path, name: str) -> None:
    """Name a checkpoint as the latest of its folder, after those that are noted there."""
    state = folder / "checkpoint"
    noted = _NOTED.findall(state.read_text(encoding="utf-8", errors="replace")) if state.is_file() else []
    own = f'all_model_checkpoint_paths: "{name}"'
    lines = [f'model_checkpoint_path: "{name}"', *(line for line in noted if line != own), own]
    atomically(state, lambda partial: partial.write_text("\n".join(lines) + "\n", encoding="utf-8"))


def _folder_of(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"the folder {path.parent} cannot be made: {error.strerror}") from error
    if path.is_dir():
        raise CheckpointError(f"{path} is a folder")
    return path.parent
