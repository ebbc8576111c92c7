"""Migrated programs that restore a checkpoint of TensorFlow 1, in a proof that begins with the converted one."""

from __future__ import annotations

from typing import Any

_NOTE = "the program restores {}, of TensorFlow 1: passed over, the converted weights are read instead"


class _Done:
    """The status of a restore that was passed over."""

    def assert_consumed(self) -> _Done:
        return self

    def assert_existing_objects_matched(self) -> _Done:
        return self

    def assert_nontrivial_match(self) -> _Done:
        return self

    def expect_partial(self) -> _Done:
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        return


def pass_over(notes: list[str]) -> None:
    """From here on `tf.train.Checkpoint` does not read checkpoints that `tf.train.Saver` of TensorFlow 1 wrote."""
    import tensorflow as tf

    for name in ("read", "restore"):
        plain = getattr(tf.train.Checkpoint, name)

        def reading(self: Any, save_path: Any, *args: Any, plain: Any = plain, **kwargs: Any) -> Any:
            if save_path is None or not _is_old(str(save_path)):
                return plain(self, save_path, *args, **kwargs)
            note = _NOTE.format(save_path)
            if note not in notes:
                notes.append(note)
            return _Done()

        setattr(tf.train.Checkpoint, name, reading)


def _is_old(path: str) -> bool:
    import tensorflow as tf

    try:
        names = [name for name, _ in tf.train.list_variables(path)]
    except Exception:  # none, or a damaged one: the program's own call says so
        return False
    return "_CHECKPOINTABLE_OBJECT_GRAPH" not in names
