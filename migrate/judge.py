"""One text in, one judgement out: what is checked around the codemod. Pure, and the same in every process."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from migrate.plan import Migrated, Outcome, Refusal, Refused, Unchanged
from migrate.program import uses_tensorflow
from migrate.result import Judgement, Unreadable
from migrate.syntax import find_problem

_DEEP = "an expression or block is nested too deeply to be analysed."
_BUG = "This is a bug in tf1rnn-migrate: please report it with the file."


def judge(text: str, filename: str) -> Judgement:
    """Judge a text with "\\n" line ends; never raises for any text.

    A text without the word "tensorflow" cannot name TensorFlow, so that the codemod (and libcst) is not even
    loaded.
    """
    problem = find_problem(text)
    if problem is not None:
        return Refused((problem.refusal,)) if problem.python2 else Unreadable(problem.refusal)
    if "tensorflow" not in text:
        return Unchanged("no TensorFlow")
    try:
        return _checked(text, _migrate(text, filename))
    except RecursionError:
        return Refused((Refusal(1, "too-deep", _DEEP, "Split it into several statements."),))
    except Exception as error:  # one bad file must not end the run for the others
        line = getattr(error, "lineno", None) or 1
        return Refused(
            (Refusal(line, "internal-error", f"{type(error).__name__}: {error}".split("\n")[0], _BUG),)
        )


def judge_program(texts: Mapping[Path, str]) -> list[Judgement]:
    """Judge the files of one program, what is imported first; the answers in the same order. Never raises."""
    paths = list(texts)
    problems = {path: find_problem(text) for path, text in texts.items()}
    if any(problem is not None for problem in problems.values()):
        return [judge(text, str(path)) for path, text in texts.items()]
    try:
        from migrate import migration

        outcomes = migration.migrate_program(texts, paths)
        return [_checked(texts[path], outcomes[path]) for path in paths]
    except RecursionError:
        refusal = Refusal(1, "too-deep", _DEEP, "Split it into several statements.")
    except Exception as error:  # one bad program must not end the run for the others
        refusal = Refusal(1, "internal-error", f"{type(error).__name__}: {error}".split("\n")[0], _BUG)
    return [Refused((refusal,)) if uses_tensorflow(text) else Unchanged("no TensorFlow") for text in texts.values()]


def _migrate(text: str, filename: str) -> Outcome:
    from migrate import migration  # libcst is most of the start-up time: only when there is TensorFlow code

    return migration.migrate_source(text, filename)


def _checked(text: str, outcome: Outcome) -> Outcome:
    """The last belt: what is written parses, and a file that stays the same is not called migrated."""
    if not isinstance(outcome, Migrated):
        return outcome
    if outcome.source == text:
        return Unchanged("already TF2")
    problem = find_problem(outcome.source)
    if problem is not None:
        reason = f"the migrated text does not parse: {problem.refusal.reason}"
        return Refused((Refusal(1, "internal-error", reason, _BUG),))
    return outcome
