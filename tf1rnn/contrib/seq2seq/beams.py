"""The layout of beams: [batch * beams, …] for cells, [batch, beams, …] for the search; and the way back from the last
step to the first (`gather_tree`).
"""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

nest = v1.nest


def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Repeats each example `multiplier` times in a row: [batch, …] -> [batch * multiplier, …].

    Args:
        t: tensor or structure of tensors of known rank, at least 1.
        multiplier: number of copies.
        name: of the operations.

    Raises ValueError for a tensor of unknown rank or a scalar.
    """
    flat = nest.flatten(t)
    with v1.name_scope(name, "tile_batch", [*flat, multiplier]):
        return nest.map_structure(lambda each: _tiled(each, multiplier), t)


def _tiled(t: Any, multiplier: int) -> Any:
    t = v1.convert_to_tensor(t, name="t")
    rank = t.shape.ndims
    if rank is None:
        raise ValueError("t must have statically known rank")
    if rank == 0:
        raise ValueError("t must have at least one dimension: the batch")
    tiled = v1.tile(v1.expand_dims(t, 1), [1, multiplier, *[1] * (rank - 1)])
    tiled = v1.reshape(tiled, v1.concat([[v1.shape(t)[0] * multiplier], v1.shape(t)[1:]], 0))
    batch = v1.dimension_value(t.shape.dims[0])
    known = None if batch is None or not isinstance(multiplier, int) else batch * multiplier
    tiled.set_shape(v1.TensorShape([known]).concatenate(t.shape[1:]))
    return tiled


def split(t: Any, batch: Any, beams: int) -> Any:
    """[batch * beams, …] -> [batch, beams, …]."""
    rest = v1.shape(t)[1:]
    result = v1.reshape(t, v1.concat([[batch, beams], rest], 0))
    result.set_shape(v1.TensorShape([v1.get_static_value(batch), beams]).concatenate(t.shape[1:]))
    return result


def merge(t: Any, batch: Any, beams: int) -> Any:
    """[batch, beams, …] -> [batch * beams, …]."""
    known = v1.get_static_value(batch)
    result = v1.reshape(t, v1.concat([[batch * beams], v1.shape(t)[2:]], 0))
    result.set_shape(v1.TensorShape([None if known is None else known * beams]).concatenate(t.shape[2:]))
    return result


def pick(values: Any, beam_ids: Any) -> Any:
    """values [batch, beams, …] in the order of beam_ids [batch, beams]."""
    picked = v1.batch_gather(values, beam_ids)
    picked.set_shape(values.shape)
    return picked


def gather_tree(
    step_ids: Any, parent_ids: Any, max_sequence_lengths: Any, end_token: Any, name: str | None = None
) -> Any:
    """The whole sequences of a beam search, followed from the last step to the first.

    Args:
        step_ids: symbols int [time, batch, beams].
        parent_ids: for each symbol the beam it continues, same shape.
        max_sequence_lengths: int [batch]: the step from which the way back starts.
        end_token: int scalar; it fills what lies past a sequence's first end token or length.
        name: of the operations.

    Returns: int [time, batch, beams]. When run, a sequence with a parent that is no beam is an InvalidArgumentError.
    """
    with v1.name_scope(name, "GatherTree"):
        step_ids = v1.convert_to_tensor(step_ids)
        parent_ids = v1.convert_to_tensor(parent_ids)
        end = v1.cast(end_token, step_ids.dtype)
        paths = beam_paths(parent_ids, v1.cast(max_sequence_lengths, v1.int32))
        steps = v1.range(v1.shape(step_ids)[0])
        inside = _inside(steps, v1.cast(max_sequence_lengths, v1.int32), step_ids)
        with v1.control_dependencies([_assert_parents(paths, inside)]):
            paths = v1.identity(paths)
        found = v1.where(inside, v1.batch_gather(step_ids, paths), v1.zeros_like(step_ids) + end)
        ended = v1.cumsum(v1.cast(v1.equal(found, end), v1.int32), axis=0, exclusive=True) > 0
        result = v1.where(ended, v1.zeros_like(step_ids) + end, found)
        result.set_shape(step_ids.shape)
        return result


def _inside(steps: Any, lengths: Any, like: Any) -> Any:
    """bool like `like` [time, batch, beams]: whether a step lies before the length."""
    mask = steps[:, None, None] < lengths[None, :, None]
    return v1.logical_and(mask, v1.ones_like(like, dtype=v1.bool))


def _assert_parents(paths: Any, inside: Any) -> Any:
    """An operation that fails if a path [time, batch, beams] goes through a beam that does not exist."""
    wrong = inside & ((paths < 0) | (paths >= v1.shape(paths)[2]))
    places = v1.concat([v1.where(wrong), v1.zeros([1, 3], v1.int64)], 0)  # never empty: the text is made in any case
    time, batch, beam = v1.unstack(places[0])
    parent = v1.gather_nd(paths, places[:1])[0]
    text = "parent id {} at (batch, time, beam) == ({}, {}, {})"
    message = v1.strings.format(text, (parent, batch, time, beam))
    return v1.Assert(v1.logical_not(v1.reduce_any(wrong)), [message])


def beam_paths(parent_ids: Any, lengths: Any) -> Any:
    """For each final beam the beam it passed through at every step, int32 [time, batch, beams].

    The way back starts at step `lengths` - 1; from there on a beam passes through itself.
    """
    shape = v1.shape(parent_ids)
    own = v1.tile(v1.range(shape[2])[None, :], [shape[1], 1])

    def step(after: Any, here: Any) -> Any:
        """after: (beam at the later step, parents there)."""
        time, parents = here
        beam_later, parents_later = after
        through = v1.batch_gather(parents_later, beam_later)
        started = v1.tile((time + 1 < lengths)[:, None], [1, shape[2]])
        return v1.where(started, through, own), parents

    steps = v1.range(shape[0])
    beams, _ = v1.scan(step, (steps, parent_ids), initializer=(own, own), reverse=True)
    return beams
