"""The string literals of Python 2: `ur"…"` is gone, and `"\\u0041"` without the u was six characters."""

from __future__ import annotations

from typing import Any

from fissix import fixer_base


class FixLiterals(fixer_base.BaseFix):  # type: ignore[misc]
    """Rewrites prefixes and escapes of strings, nothing else."""

    BM_compatible = False
    PATTERN = "STRING"

    def start_tree(self, tree: Any, filename: str) -> None:
        super().start_tree(tree, filename)
        self.unicode_literals = "unicode_literals" in getattr(tree, "future_features", ())

    def transform(self, node: Any, results: Any) -> Any:
        text = node.value
        quote = min(i for i in (text.find("'"), text.find('"')) if i >= 0)
        prefix, body = text[:quote].lower(), text[quote:]
        is_text = "u" in prefix or (self.unicode_literals and "b" not in prefix)
        if not is_text and "r" not in prefix and "b" not in prefix and "\\" in body:
            pieces = body.split("\\\\")
            body = "\\\\".join(
                p.replace("\\u", "\\\\u").replace("\\U", "\\\\U").replace("\\N", "\\\\N") for p in pieces
            )
        new = "r" + body if prefix == "ur" else text[:quote] + body
        if new == text:
            return None
        changed = node.clone()
        changed.value = new
        return changed
