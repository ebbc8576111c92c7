"""The runs of one proof: working copies of the user's folder, and the processes that run in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from migrate.files import NotWritten, decode
from migrate.plan import Migrated
from migrate.verify import records, workspace
from migrate.verify.records import Job, Mode
from migrate.verify.sides import Side


@dataclass(frozen=True)
class Conditions:
    """How the two programs are run and compared."""

    argv: tuple[str, ...]
    calls: int
    timeout: float
    reach: float
    cwd: Path | None
    seed: int
    rtol: float
    atol: float
    checkpoint: str = ""
    weights: str = ""


class Runs:
    """Starts runs of the two programs, each in a copy of the folder, with files in a temporary one.

    `notes` say what a reader should know of the way they were run.
    """

    def __init__(self, script: Path, plan: Migrated, conditions: Conditions, temporary: Path) -> None:
        self._script, self._plan, self._conditions, self._temporary = script, plan, conditions, temporary
        self._legacy = decode(script.read_bytes())
        self._replacements: dict[str, str] = {}
        self._migrated: dict[str, str] = {}  # the same for the migrated script, whose lines are others
        self.notes: list[str] = []

    def start_legacy(self, label: str, mode: Mode, far: bool = True) -> Side:
        """The legacy program under the runtime; leaves `<label>.out`. `far`: it may go on to reach late run sites."""
        return self._start("legacy", label, self._legacy.data, mode, far=far)

    def start_migrated(self, label: str, recording: str) -> Side:
        """The migrated program, held against the legacy run `recording`."""
        try:
            source = self._legacy.encode(self._plan.source)
        except NotWritten:  # it was saved in another encoding since
            source = self._plan.source.encode()
        return self._start("migrated", label, source, recording=recording)

    def readable(self, text: str) -> str:
        """The user's own paths in place of those of the working copies."""
        for copied, original in self._migrated.items():
            text = text.replace(copied, original)
        for copied, original in self._replacements.items():
            text = text.replace(copied, original)
        return text

    def _start(
        self,
        side: str,
        label: str,
        source: bytes,
        mode: Mode = Mode.RECORD,
        recording: str = "",
        far: bool = True,
    ) -> Side:
        script, folder = self._lay_out(label, source)
        if side == "migrated":
            self._migrated[f'"{script}"'] = f'"{self._script}" (migrated)'
        conditions = self._conditions
        plan = self._in_place(script)
        self._write_others(plan, side == "migrated")
        job = Job(
            script=str(script),
            argv=conditions.argv,
            plan=plan,
            calls=conditions.calls,
            seconds=conditions.timeout,
            reach=conditions.reach if far else 0.0,
            seed=conditions.seed,
            rtol=conditions.rtol,
            atol=conditions.atol,
            output=str(self._temporary / f"{label}.out"),
            recording=str(self._temporary / f"{recording}.out"),
            mode=mode,
            checkpoint=conditions.checkpoint,
            weights=conditions.weights,
        )
        records.save(job, self._temporary / f"{label}.job")
        return Side(side, label, folder, self._temporary, conditions.timeout)

    def _in_place(self, script: Path) -> Migrated:
        """The plan with the program's other files where they lie for this run."""

        def place(path: str) -> str:
            folder = self._script.parent
            if not path or not Path(path).is_relative_to(folder):
                return path
            return str(script.parent / Path(path).relative_to(folder))

        return replace(
            self._plan,
            sites=tuple(replace(site, file=place(site.file)) for site in self._plan.sites),
            others=tuple((place(path), text) for path, text in self._plan.others),
        )

    def _write_others(self, plan: Migrated, migrated: bool) -> None:
        """The program's other files, in the working copy only: AutoGraph reads the source of functions there."""
        for (original, _), (path, text) in zip(self._plan.others, plan.others, strict=True):
            if not Path(path).is_relative_to(self._temporary):
                continue
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            source = decode(Path(original).read_bytes())
            try:
                data = source.encode(text) if migrated else source.data
            except NotWritten:
                data = text.encode()
            Path(path).write_bytes(data)
            if migrated:
                self._migrated[f'"{path}"'] = f'"{original}" (migrated)'

    def _lay_out(self, label: str, source: bytes) -> tuple[Path, Path]:
        """Working copies for a run: the script to run and the folder to run it in."""
        own_folder = self._script.parent
        wanted = (self._conditions.cwd or own_folder).resolve()
        places: dict[Path, Path] = {}
        # One copy will do where the script lies below the folder to run in.
        folders = [wanted] if own_folder.is_relative_to(wanted) else [wanted, own_folder]
        for number, folder in enumerate(folders):
            above = folder.parent  # with what stands beside the folder, where the program reads that
            root = above if workspace.reaches_up(source) and workspace.copyable(above) else folder
            place = self._temporary / f"{label}-{number}" / (root.name or "root") / folder.relative_to(root)
            if root != folder or workspace.copyable(folder):
                workspace.copy(root, self._temporary / f"{label}-{number}" / (root.name or "root"))
                self._replacements[str(place)] = str(folder)
                places[folder] = place
            else:
                note = f"{folder} is too large to be copied: the programs ran in it"
                self.notes += [note] if note not in self.notes else []
                places[folder] = folder
        base = folders[-1]
        script = places[base] / self._script.relative_to(base)
        if script == self._script:  # nothing may be written there: the script alone goes elsewhere
            script = self._temporary / f"{label}-script" / self._script.name
            script.parent.mkdir()
            self._replacements[str(script)] = str(self._script)
        script.write_bytes(source)
        return script, places[wanted]
