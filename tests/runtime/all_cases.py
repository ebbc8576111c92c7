"""All cases: the modules of cases add theirs to `graph_cases` when they are imported."""

from __future__ import annotations

import contrib_cases  # noqa: F401
import framework_cases  # noqa: F401
import grid_cases  # noqa: F401
import layers_cases  # noqa: F401
import layers_contrib_cases  # noqa: F401
import seq2seq_cases  # noqa: F401
import small_contrib_cases  # noqa: F401
from graph_cases import CASES, MISUSE, raised, run

__all__ = ["CASES", "MISUSE", "raised", "run"]
