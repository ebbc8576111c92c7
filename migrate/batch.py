"""Judge many files, in several processes when that pays; the answers never depend on how many."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from migrate.judge import judge, judge_program
from migrate.plan import Refusal, Refused
from migrate.result import Judgement

# Starting a pool costs about as much as migrating this many small files.
FEW_FILES = 8

Task = tuple[tuple[str, str], ...]  # the files of one program, what is imported first: (text, file name)


def judge_all(tasks: Sequence[Task], jobs: int | None, progress: Callable[[int], None]) -> list[list[Judgement]]:
    """Judge every task, in order: an answer for each file.

    Args:
        jobs: number of processes; None: one per core, or none but this one for a few files.
        progress: called with the number of files done.
    """
    copies = {index: first for index, first in enumerate(_first_of_text(tasks)) if first != index}
    answers: list[list[Judgement] | None] = [None] * len(tasks)
    # Only texts that name TensorFlow take time.
    slow = [i for i, task in enumerate(tasks) if i not in copies and any("tensorflow" in text for text, _ in task)]
    files = sum(len(tasks[index]) for index in slow)
    processes = min(jobs or (1 if files <= FEW_FILES else os.cpu_count() or 1), max(len(slow), 1))
    done = 0
    in_pool = set(slow) if processes > 1 else set()
    for index in range(len(tasks)):
        if index not in in_pool and index not in copies:
            answers[index] = judge_task(tasks[index])
            done += len(tasks[index])
            progress(done)
    for index, answer in _judge_in_pool(tasks, sorted(in_pool), processes):
        answers[index] = answer
        done += len(tasks[index])
        progress(done)
    for index, first in copies.items():
        answers[index] = answers[first]
        done += 1
        progress(done)
    return [answer for answer in answers if answer is not None]


def _first_of_text(tasks: Sequence[Task]) -> list[int]:
    """For each task the first of the same text: copies of one file get one answer, which no path is in."""
    first: dict[str, int] = {}
    return [first.setdefault(task[0][0], i) if len(task) == 1 else i for i, task in enumerate(tasks)]


def judge_task(task: Task) -> list[Judgement]:
    """The answer for each file of a program."""
    if len(task) == 1:
        return [judge(*task[0])]
    return judge_program({Path(name): text for text, name in task})


def _judge_in_pool(
    tasks: Sequence[Task], indices: Sequence[int], processes: int
) -> Iterator[tuple[int, list[Judgement]]]:
    if not indices:
        return
    from concurrent.futures import Future, ProcessPoolExecutor, as_completed
    from concurrent.futures.process import BrokenProcessPool

    pool = ProcessPoolExecutor(processes, initializer=_leave_signals_to_parent)
    futures: dict[Future[list[Judgement]], int] = {}
    try:
        try:
            for index in indices:
                futures[pool.submit(judge_task, tasks[index])] = index
        except BrokenProcessPool:
            yield from ((index, [_CRASHED] * len(tasks[index])) for index in indices[len(futures) :])
        for future in as_completed(futures):
            index = futures[future]
            try:
                yield index, future.result()
            except BrokenProcessPool:
                yield index, [_CRASHED] * len(tasks[index])
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _leave_signals_to_parent() -> None:
    """Ctrl-C reaches every process of the terminal; one of them explaining it is enough."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


_CRASHED: Judgement = Refused(
    (
        Refusal(
            1,
            "internal-error",
            "a worker process died while the files were read.",
            "Run it again on this file alone.",
        ),
    )
)
