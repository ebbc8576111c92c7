"""Words to numbers (`tf.contrib.learn.preprocessing`): CategoricalVocabulary."""

from __future__ import annotations

from collections import defaultdict
from typing import Any


class CategoricalVocabulary:
    """Numbers categories in the order in which they come; 0 is the unknown one.

    Args:
        unknown_token: what 0 stands for.
        support_reverse: also keep the way back.
    """

    def __init__(self, unknown_token: Any = "<UNK>", support_reverse: bool = True) -> None:
        # These are the names under which pickled vocabularies of TensorFlow 1 keep their contents.
        self._unknown_token = unknown_token
        self._mapping: dict[Any, int] = {unknown_token: 0}
        self._support_reverse = support_reverse
        if support_reverse:
            self._reverse_mapping: list[Any] = [unknown_token]
        self._freq: dict[Any, int] = defaultdict(int)
        self._freeze = False

    def __len__(self) -> int:
        """Number of categories, the unknown one included."""
        return len(self._mapping)

    def freeze(self, freeze: bool = True) -> None:
        """From now on new categories are unknown (or, with False, again numbered)."""
        self._freeze = freeze

    def get(self, category: Any) -> int:
        """The number of a category; a new one is added unless the vocabulary is frozen: then 0."""
        number = self._mapping.get(category)
        if number is None:
            if self._freeze:
                return 0
            number = self._mapping[category] = len(self._mapping)
            if self._support_reverse:
                self._reverse_mapping.append(category)
        return number

    def add(self, category: Any, count: int = 1) -> None:
        """Counts a category, new or not."""
        if self.get(category) > 0:
            self._freq[category] += count

    def trim(self, min_frequency: int, max_frequency: int = -1) -> None:
        """Keeps the categories counted more than `min_frequency` times (and, if `max_frequency` is positive, fewer
        than so many), and numbers them by falling count, equal counts in the order of the categories.
        """
        ordered = sorted(self._freq.items(), key=lambda item: (-item[1], isinstance(item[0], str), item[0]))
        kept = [
            (category, count)
            for category, count in ordered
            if count > min_frequency and (max_frequency <= 0 or count < max_frequency)
        ]
        self._mapping = {self._unknown_token: 0}
        self._mapping.update({category: number for number, (category, _) in enumerate(kept, 1)})
        if self._support_reverse:
            self._reverse_mapping = list(self._mapping)
        self._freq = defaultdict(int, ordered[: len(kept)])

    def reverse(self, class_id: int) -> Any:
        """The category of a number. Raises ValueError if the way back is not kept."""
        if not self._support_reverse:
            raise ValueError("This vocabulary wasn't initialized with support_reverse to support reverse() function.")
        return self._reverse_mapping[class_id]
