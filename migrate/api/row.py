"""What one row of the table of API equivalences says: plain data, apart from the code that applies it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import libcst as cst


@dataclass(frozen=True, eq=False)
class Row:
    """One TF1 symbol (or a few names for it) and what stands for it in TF2 and Keras 3.

    `signature` is TF 1.15.5's own, as source text: "x, axis=None, name=None". It is empty for names that are
    values (dtypes, modules' constants). By default a call keeps its arguments and only the function's name
    changes; the other fields say what else does.
    """

    tf1: str  # without "tf.": "nn.softmax"
    signature: str = ""
    tf2: str = ""  # "tf.math.log", "keras.initializers.Constant", or a support function; "" is the same name
    aliases: tuple[str, ...] = ()  # further TF1 names of the same thing
    renames: Mapping[str, str] = field(default_factory=dict)  # TF1 parameter -> TF2 parameter
    drop: tuple[str, ...] = ()  # parameters that cannot change a value: left out
    refuse: Mapping[str, str] = field(default_factory=dict)  # parameter -> why a call must not set it
    positional: int = 99  # so many leading TF1 parameters are at the same place in TF2
    defaults: Mapping[str, str] = field(default_factory=dict)  # TF2 parameter -> TF1's default, written out
    template: str = ""  # the whole expression, "tf.cast({x}, tf.float32)"; further arguments become keywords
    # "keep_prob" (if given) or "training=False" (if it is that) -> template
    variants: Mapping[str, str] = field(default_factory=dict)
    # given arguments -> template
    choose: Callable[[Mapping[str, cst.BaseExpression]], str | Problem] | None = None
    support: str = ""  # the support function that the rewritten call needs, if it calls it
    returns: str = "tensor"  # tensor, tensors (a list), tuple, python, dtype, initializer, regularizer, shape
    width: int = 2  # of a tuple
    random: bool = False
    imports: tuple[str, ...] = ()  # modules to import besides tensorflow and keras
    gone: str = ""  # why the symbol has no counterpart: every use is refused
    note: str = ""  # what a reviewer should know of the difference that is left

    @property
    def names(self) -> tuple[str, ...]:
        return self.tf1, *self.aliases

    @property
    def target(self) -> str:
        return self.tf2 or "tf." + self.tf1

    @cached_property
    def parameters(self) -> dict[str, str | None]:
        """TF1 parameter -> text of its default (None: required), in order; without *args and **kwargs."""
        if not self.signature:
            return {}
        args = ast.parse(f"def f({self.signature}): pass").body[0].args  # type: ignore[attr-defined]
        required = len(args.args) - len(args.defaults)
        texts = [None] * required + [ast.unparse(default) for default in args.defaults]
        return {arg.arg: text for arg, text in zip(args.args, texts, strict=True)}

    @cached_property
    def variadic(self) -> bool:
        return "*" in self.signature

    def same_arguments(self) -> bool:
        """Whether every call keeps its arguments as they are."""
        changes = (self.renames, self.drop, self.refuse, self.defaults, self.template, self.variants,
                   self.choose)
        return not any(changes) and self.positional >= len(self.parameters)


@dataclass(frozen=True)
class Rewritten:
    """The expression that stands for a TF1 call or name, and what the file needs for it."""

    expression: cst.BaseExpression
    support: tuple[str, ...] = ()
    imports: tuple[str, ...] = field(default=())
    note: str = ""


@dataclass(frozen=True)
class Problem:
    """Why a call or a name cannot be rewritten."""

    code: str
    reason: str
