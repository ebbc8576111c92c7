"""Write a training step's update: gradients from the tape, and the optimizer that applies them."""

from __future__ import annotations

import libcst as cst

from migrate.analysis.program import Program, Update
from migrate.analysis.scope import Definition, Refuse, code_of
from migrate.emit.calls import Loads
from migrate.emit.slices import Step

Statements = list[cst.BaseStatement]


def loaded(nodes: list[cst.CSTNode]) -> set[str]:
    finder = Loads()
    for node in nodes:
        node.visit(finder)
    return finder.names


class UpdateWriter:
    """What a function that trains does after its tape."""

    program: Program

    def _update_codes(self, update: Update) -> list[cst.CSTNode]:
        record = self.program.optimizers[update.optimizer]
        return [code for code in (update.loss_code, update.pairs, record.rate_code) if code is not None]

    def _local(self, step: Step, base: str) -> str:
        """A name for a local of a step's function that nothing in it stands for."""
        used = {name for d in step.definitions for name in (*d.names, *d.captures)}
        used |= loaded([statement for d in step.definitions for statement in d.statements])
        return self.program.fresh(base) if base in used else base

    def _check_tape(self, step: Step) -> None:
        definition = next((d for d in step.definitions if "tape" in {*d.names, *d.captures}), None)
        if definition is not None:
            raise Refuse(
                definition.node,
                "name-versions",
                "tape is a name of the program, and is what the new program calls its gradient tape",
                "Give it another name.",
            )

    def _update(self, step: Step, definition: Definition) -> Statements:
        assert step.update is not None
        update = self.program.updates[step.update]
        read = loaded(self._update_codes(update))  # of what there is when the update is made; it is written last
        for later in sorted(step.definitions, key=lambda one: one.index):
            again = sorted(read & set(later.names)) if later.index > definition.index else []
            if again:
                reason = f"{again[0]} is changed after the training operation is made from it, and one run needs both"
                raise Refuse(later.node, "name-versions", reason, "Give the two two names.")
        record = self.program.optimizers[update.optimizer]
        sparse = any(d.sparse for d in step.taped)
        if sparse and record.mixed:  # each of the optimizers gets the gradient as it is
            self.program.next.by_rows |= record.by_rows
            self.program.next.summed_rows |= record.summed_rows
        if sparse and not record.sparse:  # known where it is made from the next pass on
            self.program.next.by_rows |= record.by_rows
        dense = sparse and record.densify and not record.mixed
        lines: list[str] = []
        variables, gradients = self._local(step, "variables"), self._local(step, "gradients")
        if update.loss_code is not None:
            given = update.variables
            lines.append(f"{variables} = {code_of(given) if given is not None else 'tape.watched_variables()'}")
            lines.append(f"{gradients} = tape.gradient({code_of(update.loss_code)}, {variables})")
            if dense:
                lines.append("# Repeated rows of a sparse gradient have to be summed up first.")
                lines.append(f"{gradients} = [tf.convert_to_tensor(gradient) for gradient in {gradients}]")
            pairs = f"zip({gradients}, {variables})"
        else:
            assert update.pairs is not None
            lines += [code_of(statement).strip() for statement in update.prelude]
            pairs = code_of(update.pairs)
            if dense:
                lines.append("# Repeated rows of a sparse gradient have to be summed up first.")
                dense_pairs = self._local(step, "pairs")
                lines.append(
                    f"{dense_pairs} = [(tf.convert_to_tensor(gradient), variable) for gradient, variable in {pairs}]"
                )
                pairs = dense_pairs
        if record.rate_code is not None:
            lines.append(f"{record.name}.learning_rate = {code_of(record.rate_code)}")
        lines.append(f"{record.name}.apply_gradients({pairs})")
        statements = [s for s in cst.parse_module("\n".join(lines) + "\n").body]
        comments = [line for d in definition.statements for line in getattr(d, "leading_lines", [])]
        first = statements[0]
        assert isinstance(first, cst.SimpleStatementLine) or isinstance(first, cst.BaseCompoundStatement)
        statements[0] = first.with_changes(leading_lines=[*[c for c in comments if c.comment], *first.leading_lines])
        return list(statements)  # type: ignore[arg-type]
