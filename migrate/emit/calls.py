"""Replace every run by a call of its function, and make its results NumPy values again."""

from __future__ import annotations

import libcst as cst

from migrate.analysis.program import Program
from migrate.analysis.scope import Definition, Refuse, assign_target, closure, code_of, names_in, parse
from migrate.analysis.sessions import MARK, Fetch, Site
from migrate.classes.marks import DOT, attribute, of_object
from migrate.emit.module import mark
from migrate.emit.results import as_numpy, container, flat, generator, kept, mapped, returned, target_of, valued
from migrate.emit.slices import Step, direct
from migrate.modules.marks import place_of

Statements = list[cst.BaseStatement]


def _makes_several(step: Step, placeholder: Definition) -> cst.CSTNode | None:
    """The last call on the way to what is fetched that makes several tensors at once and needs the placeholder."""
    found = [d for d in step.definitions if len(d.names) > 1 and _is_call(d.node) and placeholder in closure([d])]
    return max(found, key=lambda d: d.index).node if found else None


def _is_call(node: cst.CSTNode | None) -> bool:
    """Whether a statement assigns what a call of a plain name gives."""
    small = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
    made = small.value if isinstance(small, cst.Assign) else None
    return isinstance(made, cst.Call) and isinstance(made.func, cst.Name)


class Loads(cst.CSTVisitor):
    """The names that code reads (targets of assignments left out)."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_Attribute(self, node: cst.Attribute) -> bool:
        node.value.visit(self)
        return False

    def visit_Arg(self, node: cst.Arg) -> bool:
        node.value.visit(self)
        return False

    def visit_Assign(self, node: cst.Assign) -> bool:
        node.value.visit(self)
        for target in node.targets:
            if not names_in(target.target) or not isinstance(target.target, (cst.Name, cst.Tuple, cst.List)):
                target.target.visit(self)
        return False

    def visit_AnnAssign(self, node: cst.AnnAssign) -> bool:
        for part in (node.annotation, node.value, None if isinstance(node.target, cst.Name) else node.target):
            if part is not None:
                part.visit(self)
        return False

    def visit_Param(self, node: cst.Param) -> bool:
        if node.default is not None:
            node.default.visit(self)
        return False

    def visit_For(self, node: cst.For) -> bool:
        for part in (node.iter, node.body, node.orelse):
            if part is not None:
                part.visit(self)
        return False

    def visit_Lambda(self, node: cst.Lambda) -> bool:
        for param in node.params.params:
            self.visit_Param(param)
        self._inside([node.body], {param.name.value for param in node.params.params})
        return False

    def visit_ListComp(self, node: cst.ListComp) -> bool:
        return self._comprehension([node.elt], node.for_in)

    def visit_GeneratorExp(self, node: cst.GeneratorExp) -> bool:
        return self._comprehension([node.elt], node.for_in)

    def visit_SetComp(self, node: cst.SetComp) -> bool:
        return self._comprehension([node.elt], node.for_in)

    def visit_DictComp(self, node: cst.DictComp) -> bool:
        return self._comprehension([node.key, node.value], node.for_in)

    def _comprehension(self, parts: list[cst.BaseExpression], clause: cst.CompFor | None) -> bool:
        """The names that a comprehension reads; its targets are its own."""
        assert clause is not None
        clause.iter.visit(self)
        own = set(names_in(clause.target))
        inner: cst.CompFor | None = clause
        while inner is not None:
            own |= set(names_in(inner.target))
            parts = [*parts, *(part.test for part in inner.ifs), *([inner.iter] if inner is not clause else [])]
            inner = inner.inner_for_in
        self._inside(parts, own)
        return False

    def _inside(self, parts: list[cst.BaseExpression], own: set[str]) -> None:
        finder = Loads()
        for part in parts:
            part.visit(finder)
        self.names |= finder.names - own

    def visit_Name(self, node: cst.Name) -> None:
        self.names.add(node.value)


def _atom(node: cst.BaseExpression) -> str:
    plain = isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.Subscript)) or bool(node.lpar)
    return code_of(node) if plain else f"({code_of(node)})"


class CallWriter:
    """Rewrites the statements that stay in place."""

    def __init__(self, program: Program, sites: list[Site], steps: list[Step], loads: set[str]) -> None:
        self.program = program
        self.sites = {site.index: site for site in sites}
        self.step_of = {site.index: step for step in steps for site in step.sites}
        self.loads = loads

    def rewrite(self, statements: Statements) -> Statements:
        transformer = _Replace(self)
        result: Statements = []
        for statement in statements:
            changed = statement.visit(transformer)
            if isinstance(changed, cst.FlattenSentinel):
                result += list(changed)  # type: ignore[arg-type]
            elif isinstance(changed, cst.BaseStatement):
                result.append(changed)
        return result

    # ---- one run

    def raw(self, site: Site) -> cst.BaseExpression:
        """The expression that gives the values, as tensors, marked for the map of run sites."""
        if direct(site):
            codes = returned(site.fetch)
            node = parse(_atom(codes[0]) if len(codes) == 1 else f"({', '.join(code_of(code) for code in codes)})")
            if not isinstance(node, (cst.Name, cst.Attribute, cst.Call, cst.Subscript, cst.Tuple)):
                node = node.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
            return mark(site.index, node)
        step = self.step_of[site.index]
        name = attribute(site.object, step.name) if site.model else step.name
        node = parse(f"{name}({self._arguments(site, step)})")
        site.function = name.replace(DOT, ".")
        return mark(site.index, node)

    def _arguments(self, site: Site, step: Step) -> str:
        if site.feed_dict is not None:
            return self._from_dict(site, step)
        parts: list[str] = []
        keywords = False
        for definition in step.parameters:
            code = site.fed.get(definition)
            if code is None:
                parts.append(self._unfed(site, step, definition, keywords))
                continue
            text = code_of(code)
            literal = isinstance(code, (cst.Integer, cst.Float, cst.UnaryOperation, cst.SimpleString))
            keywords = keywords or literal or len(step.parameters) > 4
            parts.append(f"{definition.name}={text}" if keywords else text)
        return ", ".join(parts)

    def _unfed(self, site: Site, step: Step, definition: Definition, keywords: bool) -> str:
        if definition.default is None:
            reason = f"the placeholder {definition.name} is needed and not fed"
            several = _makes_several(step, definition)
            if several is not None and site.node is not None:
                line = place_of(self.program.line(site.node))[1]
                reason = f"one of these tensors needs the placeholder {definition.name}: line {line} does not feed it"
            raise Refuse(
                several or site.node,
                "unfed-placeholder",
                reason,
                "Feed it; where a helper makes several tensors at once, all that it takes is needed for each of them.",
            )
        default = definition.default
        if site.model:
            default = of_object(default, site.object)
        return f"{definition.name}={default}" if keywords else default

    def _from_dict(self, site: Site, step: Step) -> str:
        assert site.feed_dict is not None and site.feed_code is not None
        feed = code_of(site.feed_code)
        keys = site.feed_dict.keys
        names = [definition.name for definition in step.parameters]
        unsure = {d.name for d in step.parameters if d.default is not None} & site.feed_dict.maybe
        if set(names) == set(keys) and not unsure:
            return f"**{feed}"
        if not isinstance(site.feed_code, cst.Name):
            raise Refuse(site.node, "feed-form", "the feed dict is an expression", "Give it a name first.")
        parts = []
        for definition in step.parameters:
            if definition.name in unsure:
                default = definition.default or ""
                default = of_object(default, site.object) if site.model else default
                parts.append(f'{definition.name}={feed}.get("{definition.name}", {default})')
            elif definition.name in keys:
                parts.append(f'{definition.name}={feed}["{definition.name}"]')
            else:
                parts.append(self._unfed(site, step, definition, True))
        return ", ".join(parts)

    # ---- results

    def value(self, site: Site) -> cst.BaseExpression:
        """The run as an expression with the values Session.run gave."""
        raw = self.raw(site)
        fetch = site.fetch
        if not valued(fetch) and fetch.kind != "items":
            return cst.Name("None")
        if fetch.kind != "items":
            return as_numpy(raw, fetch)
        whole = container(raw, fetch) if valued(fetch) else None
        if whole is None:
            raise Refuse(
                site.node,
                "fetch-form",
                "the results of a run that trains are kept in one name",
                "Assign the results to names of their own: _, loss = sess.run(...).",
            )
        return whole

    def item(self, site: Site, fetch: Fetch) -> cst.BaseExpression:
        """One value of a run that fetches several."""
        if fetch.kind == "operation":
            return cst.Name("None")
        items = kept(site.fetch)
        raw = self.raw(site)
        if len(items) > 1:
            index = cst.SubscriptElement(cst.Index(cst.Integer(str(items.index(fetch)))))
            raw = cst.Subscript(raw, [index])
        return as_numpy(raw, fetch)

    def assigned(
        self, site: Site, target: cst.BaseExpression
    ) -> tuple[cst.BaseExpression | None, cst.BaseExpression, list[str]]:
        """(target, value, names left without a value) for `a, b = sess.run([x, y])`."""
        fetch = site.fetch
        elements = target.elements if isinstance(target, (cst.Tuple, cst.List)) else []
        if fetch.kind != "items" or fetch.keys or len(elements) != len(fetch.items):
            return target, self.value(site), []
        pairs, dropped = [], []
        for element, item in zip(elements, fetch.items, strict=True):
            if isinstance(element, cst.StarredElement):
                return target, self.value(site), []
            if not valued(item):
                dropped += [name for name in names_in(element.value) if name in self.loads and not name.startswith("_")]
                continue
            part = target_of(element.value, item)
            if part is None:
                return target, self.value(site), []
            pairs.append((part, item))
        raw = self.raw(site)
        if not pairs:
            return None, raw, dropped
        if len(pairs) == 1:
            return pairs[0][0], as_numpy(raw, pairs[0][1]), dropped
        left = parse(", ".join(code_of(name) for name, _ in pairs))
        if all(flat(item) for _, item in pairs):
            return left, generator(raw), dropped
        return left, mapped(raw), dropped


def marked(node: cst.CSTNode) -> int | None:
    """The number of the run site that a mark stands for."""
    if isinstance(node, cst.Call) and isinstance(node.func, cst.Name) and node.func.value == MARK:
        number = node.args[0].value
        assert isinstance(number, cst.Integer)
        return int(number.value)
    return None


class _Replace(cst.CSTTransformer):
    def __init__(self, writer: CallWriter) -> None:
        super().__init__()
        self.writer = writer

    def visit_Assign(self, node: cst.Assign) -> bool:
        return marked(node.value) is None

    def leave_Assign(
        self, original: cst.Assign, updated: cst.Assign
    ) -> cst.BaseSmallStatement | cst.FlattenSentinel[cst.BaseSmallStatement]:
        number = marked(original.value)
        if number is None or number not in self.writer.sites:
            return updated
        if len(updated.targets) != 1:
            return updated.with_changes(value=self.writer.value(self.writer.sites[number]))
        site = self.writer.sites[number]
        target, value, dropped = self.writer.assigned(site, updated.targets[0].target)
        if dropped:
            raise Refuse(
                site.node, "fetch-form", f"the result of a training operation is kept in {dropped[0]} and used"
            )
        if target is None:
            return cst.Expr(value)
        return updated.with_changes(targets=[assign_target(target)], value=value)

    def visit_Subscript(self, node: cst.Subscript) -> bool:
        return self._item(node) is None

    def _item(self, node: cst.Subscript) -> tuple[Site, Fetch] | None:
        """The fetch that sess.run([...])[k] picks."""
        number = marked(node.value)
        if number is None or number not in self.writer.sites or len(node.slice) != 1:
            return None
        site, index = self.writer.sites[number], node.slice[0].slice
        if site.fetch.kind != "items" or site.fetch.keys or not isinstance(index, cst.Index):
            return None
        text = code_of(index.value)
        if not text.lstrip("-").isdigit() or not -len(site.fetch.items) <= int(text) < len(site.fetch.items):
            return None
        return site, site.fetch.items[int(text)]

    def visit_Expr(self, node: cst.Expr) -> bool:
        return marked(node.value) is None

    def leave_Expr(self, original: cst.Expr, updated: cst.Expr) -> cst.BaseSmallStatement:
        number = marked(original.value)
        if number is None or number not in self.writer.sites:
            return updated
        return updated.with_changes(value=self.writer.raw(self.writer.sites[number]))

    def leave_Subscript(self, original: cst.Subscript, updated: cst.Subscript) -> cst.BaseExpression:
        found = self._item(original)
        return updated if found is None else self.writer.item(*found)

    def leave_Call(self, original: cst.Call, updated: cst.Call) -> cst.BaseExpression:
        number = marked(original)
        if number is None or number not in self.writer.sites:
            return updated
        return self.writer.value(self.writer.sites[number])
