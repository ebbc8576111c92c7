"""Checkpoints that TensorFlow 1 wrote: formats V1 and V2, the latest of a folder, the variables of a SavedModel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from migrate.checkpoint import graph
from migrate.checkpoint.errors import CheckpointError

_PART_OF_CHECKPOINT = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})$")
_TF2 = "_CHECKPOINTABLE_OBJECT_GRAPH"


@dataclass(frozen=True)
class LegacyCheckpoint:
    """The variables of a checkpoint by name, and what the graph beside it tells, if there is one.

    order: names in the order of their creation, empty without a graph. forget_biases: by name of an LSTM's kernel.
    damaged_graph: the file of a graph that could not be read.
    """

    prefix: str
    values: Mapping[str, np.ndarray]
    order: tuple[str, ...] = ()
    forget_biases: Mapping[str, float] = field(default_factory=dict)
    damaged_graph: str = ""

    def not_finite(self) -> list[str]:
        """Names of variables that hold NaN or infinity."""
        return [
            name for name, value in self.values.items() if value.dtype.kind == "f" and not np.all(np.isfinite(value))
        ]


def read_checkpoint(path: str | Path) -> LegacyCheckpoint:
    """Read every variable of a checkpoint.

    path: the prefix that `Saver.save` returned, one of the files, the file of a V1 checkpoint, a folder with a
    file `checkpoint` (the latest is read), or the folder of a SavedModel.
    Raises `CheckpointError` for files that are missing, cut off or no checkpoint of TensorFlow 1.
    """
    prefix, description = _resolve(Path(path))
    import tensorflow as tf

    try:
        reader = tf.train.load_checkpoint(prefix)
        names = sorted(reader.get_variable_to_shape_map())
    except Exception as error:  # damaged files make the reader raise whatever is near
        raise CheckpointError(f"{prefix} cannot be read as a checkpoint", [_first_line(error)]) from error
    if _TF2 in names:
        advice = "Its variables are found by object, not by name: the migrated program reads it as it is."
        raise CheckpointError(f"{prefix} was written by TensorFlow 2 (tf.train.Checkpoint)", [advice])
    if not names:
        raise CheckpointError(f"{prefix} has no variables")
    values: dict[str, np.ndarray] = {}
    for name in names:
        try:
            values[name] = np.asarray(reader.get_tensor(name))
        except Exception as error:
            text = f"{prefix} is damaged: its variable {name} cannot be read"
            raise CheckpointError(text, [_first_line(error)]) from error
    told = graph.read(description) if description is not None else graph.Told()
    order = tuple(name for name in told.order if name in values)
    return LegacyCheckpoint(prefix, values, order, told.forget_biases, str(description) if told.damaged else "")


def _first_line(error: Exception) -> str:
    text = str(error).strip()
    return text.splitlines()[0] if text else type(error).__name__


def _resolve(path: Path) -> tuple[str, Path | None]:
    """The prefix to read, and the file with the graph if there is one."""
    if path.is_dir():
        return _of_folder(path)
    prefix = Path(_PART_OF_CHECKPOINT.sub("", str(path)))
    if prefix.name == "checkpoint" and path.is_file() and path.stat().st_size < 1_000_000:
        return _of_folder(path.parent)
    if not Path(f"{prefix}.index").is_file() and not prefix.is_file() and not _shards(prefix):
        raise CheckpointError(f"there is no checkpoint {path}", _nearby(prefix))
    if Path(f"{prefix}.index").is_file() and not list(prefix.parent.glob(f"{_escaped(prefix.name)}.data-*")):
        raise CheckpointError(f"{prefix}.index has no {prefix.name}.data-?????-of-????? beside it")
    if not Path(f"{prefix}.index").is_file() and not prefix.is_file() and not _shards(prefix, v1=True):
        raise CheckpointError(f"{prefix}.index is missing beside {prefix.name}.data-?????-of-?????")
    return str(prefix), _existing(Path(f"{prefix}.meta"))


def _escaped(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _shards(prefix: Path, v1: bool = False) -> list[Path]:
    """The data files of a prefix; of V1 those of a checkpoint in several files."""
    endings = ("-?????-of-?????",) if v1 else (".data-?????-of-?????", "-?????-of-?????")
    return [found for ending in endings for found in prefix.parent.glob(_escaped(prefix.name) + ending)]


def _existing(path: Path) -> Path | None:
    return path if path.is_file() else None


def _nearby(prefix: Path) -> list[str]:
    """What there is instead."""
    if not prefix.parent.is_dir():
        return [f"There is no folder {prefix.parent}."]
    names = sorted(found.name.removesuffix(".index") for found in prefix.parent.glob("*.index"))
    return [f"In {prefix.parent} there are: {', '.join(names[:8])}"] if names else []


def _of_folder(folder: Path) -> tuple[str, Path | None]:
    for name in ("saved_model.pb", "saved_model.pbtxt"):
        if (folder / name).is_file():
            prefix = folder / "variables" / "variables"
            if not Path(f"{prefix}.index").is_file():
                raise CheckpointError(f"the SavedModel {folder} has no variables/variables.index")
            return str(prefix), _existing(folder / "saved_model.pb")
    if not (folder / "checkpoint").is_file():
        raise CheckpointError(f"{folder} has neither a file checkpoint nor a SavedModel", _nearby(folder / "x"))
    latest = _latest(folder)
    prefix = latest if latest.is_absolute() else folder / latest
    if not _exists(prefix) and _exists(folder / latest.name):  # the folder was moved since
        prefix = folder / latest.name
    if not _exists(prefix):
        raise CheckpointError(f"the latest checkpoint of {folder} is {latest}, which is not there", _nearby(prefix))
    return str(prefix), _existing(Path(f"{prefix}.meta"))


def _exists(prefix: Path) -> bool:
    return Path(f"{prefix}.index").is_file() or prefix.is_file() or bool(_shards(prefix, v1=True))


def _latest(folder: Path) -> Path:
    text = (folder / "checkpoint").read_text(encoding="utf-8", errors="replace")
    found = re.search(r'^model_checkpoint_path:\s*"((?:[^"\\]|\\.)*)"', text, re.MULTILINE)
    if found is None:
        raise CheckpointError(f"{folder / 'checkpoint'} names no model_checkpoint_path")
    return Path(re.sub(r"\\(.)", r"\1", found.group(1)))


def write_tf1(prefix: str | Path, values: Mapping[str, Any]) -> None:
    """Write variables in format V2, which `tf.train.Saver` of TensorFlow 1 restores by name. Not atomic."""
    import tensorflow as tf

    names = sorted(values)
    tf.raw_ops.SaveV2(
        prefix=str(prefix),
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=[tf.constant(values[name]) for name in names],
    )
