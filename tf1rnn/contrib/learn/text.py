"""Documents to rows of numbers (`tf.contrib.learn.preprocessing`)."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow.compat.v1 as v1

from tf1rnn.contrib.learn.vocabulary import CategoricalVocabulary

# A word: capitals alone, a capitalized part before the next capital, or letters, digits, ', - and _.
TOKENIZER_RE = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+", re.UNICODE)


def tokenizer(iterator: Iterable[str]) -> Iterator[list[str]]:
    """The words of each document."""
    for document in iterator:
        yield TOKENIZER_RE.findall(document)


class ByteProcessor:
    """Documents to their bytes, int64 [max_document_length]: cut off, or filled up with zeros."""

    def __init__(self, max_document_length: int) -> None:
        self.max_document_length = max_document_length

    def fit(self, x: Any) -> ByteProcessor:
        """Nothing is learnt."""
        return self

    def fit_transform(self, x: Any) -> Iterator[np.ndarray]:
        """`transform`."""
        return self.transform(x)

    def reverse(self, x: Iterable[np.ndarray]) -> Iterator[str]:
        """The documents of rows of bytes, without the zeros at the end."""
        for row in x:
            document = np.trim_zeros(row.astype(np.uint8), trim="b")
            try:
                yield document.tobytes().decode("utf-8")
            except UnicodeDecodeError:
                yield ""

    def transform(self, x: Iterable[Any]) -> Iterator[np.ndarray]:
        """One row for each document, text or bytes."""
        for document in x:
            data = document.encode("utf-8") if isinstance(document, str) else bytes(document)
            values = np.frombuffer(data, np.uint8)[: self.max_document_length]
            yield np.pad(values, (0, self.max_document_length - len(values)), "constant")


class VocabularyProcessor:
    """Documents to the numbers of their words, int64 [max_document_length]: cut off, or filled up with zeros.

    Args:
        max_document_length: words of a document that count.
        min_frequency: words that come more seldom or just so often are unknown.
        vocabulary: the CategoricalVocabulary, a new one by default.
        tokenizer_fn: function that gives the words of each of many documents.

    Attributes: `vocabulary_`, `max_document_length`, `min_frequency`.
    """

    def __init__(
        self,
        max_document_length: int,
        min_frequency: int = 0,
        vocabulary: CategoricalVocabulary | None = None,
        tokenizer_fn: Callable[[Any], Iterable[Any]] | None = None,
    ) -> None:
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = vocabulary if vocabulary else CategoricalVocabulary()
        self._tokenizer = tokenizer_fn if tokenizer_fn else tokenizer

    def fit(self, raw_documents: Iterable[Any], unused_y: Any = None) -> VocabularyProcessor:
        """Learns the words of the documents, and freezes the vocabulary."""
        for words in self._tokenizer(raw_documents):
            for word in words:
                self.vocabulary_.add(word)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(self, raw_documents: Any, unused_y: Any = None) -> Iterator[np.ndarray]:
        """`fit`, then `transform`."""
        self.fit(raw_documents)
        return self.transform(raw_documents)

    def transform(self, raw_documents: Iterable[Any]) -> Iterator[np.ndarray]:
        """One row for each document."""
        for words in self._tokenizer(raw_documents):
            row = np.zeros(self.max_document_length, np.int64)
            for place, word in enumerate(words):
                if place >= self.max_document_length:
                    break
                row[place] = self.vocabulary_.get(word)
            yield row

    def reverse(self, documents: Iterable[Any]) -> Iterator[str]:
        """The words of rows of numbers, with spaces between them."""
        for row in documents:
            yield " ".join(self.vocabulary_.reverse(number) for number in row)

    def save(self, filename: str) -> None:
        """Pickles this object into a file."""
        with v1.gfile.Open(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename: str) -> Any:
        """What `save` wrote, here or in TensorFlow 1. As with every pickle: only open files that you trust."""
        with v1.gfile.Open(filename, "rb") as file:
            return _Unpickler(io.BytesIO(file.read())).load()


class _Unpickler(pickle.Unpickler):
    """Finds the classes of files that TensorFlow 1 wrote in this package."""

    def find_class(self, module: str, name: str) -> Any:
        if re.match(r"tensorflow\.contrib\.learn\.|tensorflow_core\.contrib\.learn\.|skflow\b", module):
            homes = {c.__name__: c for c in (VocabularyProcessor, ByteProcessor, CategoricalVocabulary, tokenizer)}
            if name in homes:
                return homes[name]
        return super().find_class(module, name)
