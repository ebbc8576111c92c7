"""A migrated program, run up to its first step: its layers, variables and optimizers exist, nothing was trained.

What counts as the first step: a call of a `tf.function` of the program, an update by an optimizer outside of one,
`fit`, `evaluate`, `predict` and the like, reading or writing weights. The program's own data are read before that, as
in any run of it. Tracing its functions creates the weights.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
import io
import os
import sys
import traceback
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import numpy as np

from migrate.checkpoint import outputs
from migrate.checkpoint.errors import CheckpointError
from migrate.checkpoint.harmless import deleting_nothing
from migrate.checkpoint.survey import Survey, survey
from migrate.checkpoint.units import as_array
from migrate.files import UnreadableInput, decode, read_bytes

_MODEL_STEPS = (
    "fit", "evaluate", "predict", "train_on_batch", "test_on_batch", "predict_on_batch", "load_weights",
    "save_weights", "save",
)  # fmt: skip


class FirstStep(BaseException):
    """Ends the program; no `except Exception` of its own holds it up."""


@dataclass
class Program:
    """What a program had defined when it came to its first step."""

    path: Path
    namespaces: list[dict[str, Any]] = field(default_factory=list)
    own_modules: tuple[str, ...] = ("__main__",)
    stopped_at: str = ""
    failures: list[str] = field(default_factory=list)  # functions that could not be traced, calls passed over
    created: list[Any] = field(default_factory=list)  # layers, optimizers and variables in order of creation

    def keep(self, names: Any) -> None:
        """One more namespace."""
        if not any(kept is names for kept in self.namespaces):
            self.namespaces.append(names)

    def survey(self) -> Survey:
        """The units and optimizers now, in order of creation."""
        found = survey(self.namespaces, self.own_modules)
        order: dict[int, int] = {}
        for number, one in enumerate(self.created):
            order.setdefault(id(one), number)
        last = len(self.created)

        def place(target: Any, variables: Sequence[Any]) -> tuple[int, int]:
            return order.get(id(target), last), min((order.get(id(one), last) for one in variables), default=last)

        found.units = [replace(one, created=place(one.target, one.variables)) for one in found.units]
        found.units.sort(key=lambda unit: unit.created)
        found.optimizers = dict(sorted(found.optimizers.items(), key=lambda item: order.get(id(item[1]), last)))
        built = [max(order.get(id(one), -1) for one in each.variables) for each in found.optimizers.values()]
        found.optimizers_in_order = built == sorted(built)
        return found

    def trace(self) -> None:
        """Create the weights: trace all functions that say what they are called with."""
        for function in _functions(self.namespaces, set(self.own_modules), _function_type()):
            if getattr(function, "input_signature", None) is not None:
                self.attempt(function)

    def give_only(self, path: str | Path) -> None:
        """Read converted weights where everything was 0 before: what the file does not give is missed.

        Raises `CheckpointError`.
        """
        found = self.survey()
        for unit in found.units:
            for variable in unit.variables:
                variable.assign(np.zeros_like(as_array(variable)))
        for optimizer in found.optimizers.values():
            for slot in optimizer.variables:
                if "learning_rate" not in slot.name:
                    slot.assign(np.zeros_like(as_array(slot)))
        outputs.read(found, path)

    def attempt(self, function: Any, *args: Any, **kwargs: Any) -> None:
        """Trace one function, or note why that failed."""
        try:
            function.get_concrete_function(*args, **kwargs)
        except FirstStep:
            pass
        except Exception as error:
            name = getattr(function, "__name__", "a function")
            last = (str(error).strip().splitlines() or [""])[-1].strip()  # before it the places, in TensorFlow's way
            reason = last if last.startswith(type(error).__name__) else f"{type(error).__name__}: {last}"
            self.failures.append(f"{name} could not be traced: {reason}")


def _function_type() -> type:
    import tensorflow as tf

    return type(tf.function(lambda: None))


def of_frames(path: str | Path, frame: FrameType | None) -> Program:
    """What a running program has defined: the names in its frames, from this one outwards, and of its own modules."""
    folder = str(Path(path).resolve().parent)
    program = Program(Path(path))
    own = {"__main__"}
    frames = []
    while frame is not None:
        if _lies_in(frame.f_code.co_filename, folder):
            frames.append(frame)
        frame = frame.f_back
    for one in reversed(frames):
        program.keep(one.f_globals)
        if one.f_locals is not one.f_globals:
            program.keep(one.f_locals)
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and name not in {"__main__", "__mp_main__"} and _lies_in(file, folder):
            own.add(name)
            program.keep(vars(module))
    program.own_modules = tuple(sorted(own))
    if frames:
        program.stopped_at = f"line {frames[0].f_lineno}"
    return program


def _lies_in(filename: str, folder: str) -> bool:
    """Whether a file is the program's own: below its folder, and not of an environment that lies there."""
    path = _real_path(os.path.abspath(filename))
    if not path.startswith(folder + os.sep):
        return False
    return not {"site-packages", "dist-packages"} & set(path[len(folder) :].split(os.sep))


_real_path = functools.lru_cache(maxsize=None)(os.path.realpath)  # there are thousands of modules


def load_program(path: str | Path, argv: Sequence[str] = ()) -> Program:
    """Run a program in this process up to its first step, and create its weights.

    Raises `CheckpointError` when it cannot be read, or ends with an error before.
    """
    path = Path(path)
    try:
        source = decode(read_bytes(path))
    except UnreadableInput as error:
        raise CheckpointError(f"{path}: {error.refusal.reason}") from error
    try:
        code = compile(source.text, str(path.resolve()), "exec")
    except SyntaxError as error:
        raise CheckpointError(f"{path} does not parse: line {error.lineno}: {error.msg}") from error
    loader = _Loader(path)
    with loader.running(argv) as names:
        try:
            exec(code, names)
            loader.program.keep(names)
        except FirstStep:
            pass
        except SystemExit as stop:
            loader.program.keep(names)
            if stop.code not in (None, 0) and not loader.program.survey().units:
                raise CheckpointError(
                    f"{path} ended with exit status {stop.code} before its first step",
                    ["Arguments of the program stand behind --."],
                ) from stop
        except Exception as error:
            raise CheckpointError(f"{path} failed before its first step", _own_lines(error, path)) from error
        loader.create_weights()
    return loader.program


def _own_lines(error: Exception, path: Path) -> list[str]:
    frames = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == str(path.resolve())]
    where = [f"line {frames[-1].lineno}: {frames[-1].line}"] if frames else []
    return [*where, f"{type(error).__name__}: {error}".splitlines()[0]]


class _Loader:
    def __init__(self, path: Path) -> None:
        self.program = Program(path)
        self._folder = str(path.resolve().parent)
        self._called: list[tuple[Any, tuple, dict]] = []

    @contextlib.contextmanager
    def running(self, argv: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The process as the program finds it, and put back afterwards. What it prints goes to stderr."""
        main = types.ModuleType("__main__")
        main.__dict__.update({"__file__": str(self.program.path), "__builtins__": __builtins__})
        before = sys.modules["__main__"], sys.argv, list(sys.path), set(sys.modules)
        sys.modules["__main__"], sys.argv = main, [str(self.program.path), *argv]
        sys.path.insert(0, self._folder)
        os.environ.setdefault("MPLBACKEND", "Agg")
        with contextlib.ExitStack() as stack:
            stack.enter_context(contextlib.redirect_stdout(_Quiet()))
            self._watch(stack)
            stack.enter_context(deleting_nothing(self._is_own, self.program.failures))
            try:
                yield main.__dict__
            finally:
                sys.modules["__main__"], sys.argv, sys.path[:] = before[0], before[1], before[2]
                for name in set(sys.modules) - before[3]:  # another program may have a module of that name
                    file = getattr(sys.modules[name], "__file__", None)
                    if file and str(Path(file).resolve()).startswith(self._folder + os.sep):
                        del sys.modules[name]

    def _watch(self, stack: contextlib.ExitStack) -> None:
        import keras
        import tensorflow as tf

        self._stop_at(stack, _function_type(), "__call__", self._of_the_program)
        for name in _MODEL_STEPS:
            self._stop_at(stack, keras.Model, name, lambda *_: True)
        self._stop_at(stack, keras.optimizers.Optimizer, "apply", lambda *_: not tf.inside_function())
        for name in ("read", "restore", "write", "save"):
            self._stop_at(stack, tf.train.Checkpoint, name, lambda *_: True)
        self._note_creation(stack)

    def _note_creation(self, stack: contextlib.ExitStack) -> None:
        import keras
        import tensorflow as tf

        created = self.program.created
        for owner in (keras.layers.Layer, keras.optimizers.Optimizer, keras.Variable):
            self._note_creation_of(stack, owner)

        def creator(make: Callable[..., Any], **kwargs: Any) -> Any:
            variable = make(**kwargs)
            created.append(variable)
            return variable

        stack.enter_context(tf.variable_creator_scope(creator))

    def _note_creation_of(self, stack: contextlib.ExitStack, owner: Any) -> None:
        created, plain = self.program.created, owner.__init__

        @functools.wraps(plain)
        def noting(self: Any, *args: Any, **kwargs: Any) -> None:
            created.append(self)
            plain(self, *args, **kwargs)

        noting.__signature__ = inspect.signature(plain)  # type: ignore[attr-defined]  # Keras asks for it
        owner.__init__ = noting
        stack.callback(setattr, owner, "__init__", plain)

    def _stop_at(self, stack: contextlib.ExitStack, owner: Any, name: str, decides: Callable[..., bool]) -> None:
        plain = getattr(owner, name)
        loader = self

        def stopping(self: Any, *args: Any, **kwargs: Any) -> Any:
            if decides(self):
                loader.stop(f"{type(self).__name__}.{name}", self, args, kwargs)
            return plain(self, *args, **kwargs)

        setattr(owner, name, stopping)
        stack.callback(setattr, owner, name, plain)

    def _of_the_program(self, function: Any) -> bool:
        import tensorflow as tf

        if tf.inside_function():
            return False
        code = getattr(getattr(function, "python_function", None), "__code__", None)
        # The code of a decorated method is TensorFlow's, but the call is the program's.
        return any(self._is_own(one.co_filename) for one in (sys._getframe(2).f_code, code) if one is not None)

    def _is_own(self, filename: str) -> bool:
        return _lies_in(filename, self._folder)

    def stop(self, what: str, target: Any, args: tuple, kwargs: dict) -> NoReturn:
        """Keep what the program's frames hold, and end it."""
        self._called.append((target, args, kwargs))
        running = of_frames(self.program.path, sys._getframe(2))
        for names in running.namespaces or [sys.modules["__main__"].__dict__]:
            self.program.keep(names)
        self.program.stopped_at = ", ".join(part for part in (what, running.stopped_at) if part)
        raise FirstStep

    def create_weights(self) -> None:
        """Trace the functions that say what they are called with, and the one that was called."""
        modules = of_frames(self.program.path, None)
        for names in modules.namespaces:
            self.program.keep(names)
        self.program.own_modules = modules.own_modules
        self.program.trace()
        kind = _function_type()
        for target, args, kwargs in self._called:
            if isinstance(target, kind) and getattr(target, "input_signature", None) is None:
                self.program.attempt(target, *args, **kwargs)
            elif hasattr(target, "layers") and not target.built and args:
                self._build_model(target, args[0])
            elif hasattr(target, "layers") and kwargs.get("x") is not None and not target.built:
                self._build_model(target, kwargs["x"])

    def _build_model(self, model: Any, inputs: Any) -> None:
        import tensorflow as tf

        try:
            model(tf.nest.map_structure(lambda one: tf.convert_to_tensor(one[:1]), inputs))
        except Exception as error:
            first = str(error).strip().splitlines() or [""]
            self.program.failures.append(f"the model could not be built: {type(error).__name__}: {first[0]}")


def _functions(namespaces: Sequence[Any], own: set[str], kind: type) -> list[Any]:
    """All functions of a kind in names, containers and attributes of the program's own objects."""
    found: list[Any] = []
    seen: set[int] = set()

    def visit(value: Any, depth: int) -> None:
        if id(value) in seen or depth > 4:
            return
        seen.add(id(value))
        if isinstance(value, kind):
            found.append(value)
        elif isinstance(value, list | tuple) and len(value) <= 200:
            for part in value:
                visit(part, depth + 1)
        elif isinstance(value, dict) and len(value) <= 200:
            for part in list(value.values()):
                visit(part, depth + 1)
        elif type(value).__module__ in own and not isinstance(value, type):
            for part in list(getattr(value, "__dict__", {}).values()):
                visit(part, depth + 1)
            for name in dir(type(value)):
                if isinstance(getattr(type(value), name, None), kind):
                    bound = getattr(value, name)
                    kept.append(bound)
                    visit(bound, depth + 1)

    kept: list[Any] = []  # bound functions are made anew each time: their ids must stay unique
    for names in namespaces:
        for value in list(names.values()):
            visit(value, 0)
    return found


class _Quiet(io.TextIOBase):
    """What the program prints stands on stderr, where it does not mix with tables."""

    def write(self, text: str) -> int:
        return sys.stderr.write(text)

    def flush(self) -> None:
        sys.stderr.flush()
