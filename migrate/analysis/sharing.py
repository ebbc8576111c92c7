"""Variables that TF1 shares by name: get_variable in a scope that reuses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import libcst as cst

from migrate.analysis import values
from migrate.analysis.scope import Refuse

if TYPE_CHECKING:
    from migrate.analysis.program import Program

UNNAMED = "?"  # a variable scope that the source gives no name, or not always the same one
ADVICE = "Create each variable once and use it twice."
Key = tuple[tuple[str, ...], str]
LayerKey = tuple[tuple[str, ...], str, int]  # scopes, TF1's base name, which one of that name


@dataclass(frozen=True)
class SharedLayer:
    """A layer made in a variable scope: its name, the text that makes it and the owners of its weights."""

    name: str
    code: str
    owners: tuple[int, ...]


Known = tuple[dict[Key, int], dict[LayerKey, SharedLayer], Counter[tuple[tuple[str, ...], str]]]


@dataclass
class Sharing:
    """The variable scopes that are open, and the variables made in each.

    reuse: for each open scope True (variables must exist), False, or "auto" (made if they do not exist).
    """

    program: Program
    paths: list[tuple[str, ...]] = field(default_factory=lambda: [()])  # of the open scopes, the innermost last
    reuse: list[bool | str] = field(default_factory=lambda: [False])
    variables: dict[Key, int] = field(default_factory=dict)  # owner, by scopes and name
    opened: set[tuple[str, ...]] = field(default_factory=set)
    again: list[bool] = field(default_factory=lambda: [False])
    objects: dict[tuple[tuple[str, ...], str], str] = field(default_factory=dict)  # by scopes and class: its name
    sharers: set[str] = field(default_factory=set)  # objects with the variables of another one
    layers: dict[LayerKey, SharedLayer] = field(default_factory=dict)
    counts: Counter[tuple[tuple[str, ...], str]] = field(default_factory=Counter)  # by scopes and TF1's base name
    initializers: dict[str, cst.BaseExpression] = field(default_factory=dict)  # what the first object of a class got
    own_dropout: set[str] = field(default_factory=set)  # classes of which objects share cells and drop otherwise

    @property
    def scopes(self) -> tuple[str, ...]:
        """The names of the scopes around."""
        return self.paths[-1]

    def enter(self, name: str | values.VariableScope, reuse: bool | str) -> None:
        """Open a scope, or one that was opened before; reuse is inherited from the scopes around it."""
        path = name.path if isinstance(name, values.VariableScope) else (*self.scopes, name)
        self.paths.append(path)
        self.reuse.append(self.reuse[-1] or reuse)
        for key in [key for key in self.counts if key[0][: len(path)] == path]:
            del self.counts[key]  # TF1 counts layers anew in a scope that is entered again
        self.again.append(path in self.opened)
        self.opened.add(path)

    def leave(self) -> None:
        """Close the innermost scope."""
        self.paths.pop()
        self.reuse.pop()
        self.again.pop()

    def shared(self, node: cst.CSTNode, name: Any) -> int | None:
        """The owner of the variable that get_variable(name) gives again; None if it makes a new one.

        Raises Refuse where the source does not show which variable it is.
        """
        reuse = self.reuse[-1]
        found = self.variables.get((self.scopes, name)) if isinstance(name, str) else None
        if not reuse:
            return None
        self._refuse_unnamed(node)
        if found is None and (reuse is True or not isinstance(name, str)):
            raise Refuse(node, "reuse", "the source does not show which variable is shared here", ADVICE)
        if found is not None and not self.program.owners[found].expression:
            raise Refuse(node, "reuse", f"the variable {name!r} is shared and has no name of its own", ADVICE)
        return found

    def first_object(self, node: cst.CSTNode, model: str, name: str) -> str | None:
        """The name of the object of a class whose variables a new one, `name`, shares; None if it has its own.

        Raises Refuse where the source does not show it.
        """
        key = (self.scopes, model)
        found = self.objects.get(key) if self.reuse[-1] else None
        if found is None and self.reuse[-1] is True:
            raise Refuse(node, "reuse", f"the source does not show whose variables {model} shares", ADVICE)
        if found is None:
            self.objects[key] = name
        else:
            self.sharers.add(name)
        return found

    def created(self, name: Any, owner: int) -> None:
        """Note a variable by its name."""
        if isinstance(name, str):
            self.variables[self.scopes, name] = owner

    def _refuse_unnamed(self, node: cst.CSTNode) -> None:
        if UNNAMED in self.scopes:
            reason = "the source does not show the name of a scope in which variables are shared"
            raise Refuse(node, "reuse", reason, "Give the scope a name that is a constant.")

    def layer_key(self, base: str, given: Any) -> LayerKey:
        """Where TF1 keeps the weights of the next layer: base is TF1's name for its kind, `given` the program's."""
        path = self.scopes
        if isinstance(given, str):
            return path, given, 0
        self.counts[path, base] += 1
        return path, base, self.counts[path, base]

    def shared_layer(
        self, node: cst.CSTNode, key: LayerKey, code: str, again: bool | str = False
    ) -> SharedLayer | None:
        """The layer that a scope, or the layer's own reuse=`again`, gives again; None if it makes a new one.

        Raises Refuse where the source does not show which layer it is, or where it is another one.
        """
        reuse = self.reuse[-1] or again
        if reuse:
            self._refuse_unnamed(node)
        found = self.layers.get(key) if reuse else None
        if found is None and reuse is True:
            raise Refuse(node, "reuse", "the source does not show whose variables this layer shares", ADVICE)
        if found is not None and found.code != code:
            raise Refuse(node, "reuse", f"two different layers share variables: {found.code} and {code}", ADVICE)
        return found

    def known(self) -> Known:
        """What was made so far."""
        return dict(self.variables), dict(self.layers), Counter(self.counts)

    def renamed(self, names: Mapping[str, str]) -> None:
        """Follow names of layers that were changed."""
        for key, layer in self.layers.items():
            self.layers[key] = replace(layer, name=names.get(layer.name, layer.name))

    def refuse_layers(self, node: cst.CSTNode, what: str) -> None:
        """Layers and cells name their variables themselves: sharing them is not followed."""
        if self.reuse[-1] is True or self.reuse[-1] and any(self.again):
            raise Refuse(node, "reuse", f"{what} shares its variables through a variable scope", ADVICE)
