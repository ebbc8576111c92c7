# mypy: ignore-errors
"""tf.contrib.learn.preprocessing.VocabularyProcessor."""

import pickle
import re

import numpy as np
import tensorflow as tf


class CategoricalVocabulary:
    """Numbers for words, in the order in which they come; 0 stands for all that are unknown."""

    def __init__(self, unknown_token="<UNK>"):
        self._unknown_token = unknown_token
        self._mapping = {unknown_token: 0}
        self._reverse_mapping = [unknown_token]
        self._freq = {}
        self._freeze = False

    def __len__(self):
        return len(self._mapping)

    def freeze(self, freeze=True):
        self._freeze = freeze

    def get(self, word):
        """The number of a word. A new one gets the next number, or 0 once the vocabulary is frozen."""
        if word not in self._mapping:
            if self._freeze:
                return 0
            self._mapping[word] = len(self._mapping)
            self._reverse_mapping.append(word)
        return self._mapping[word]

    def add(self, word, count=1):
        if self.get(word) > 0:
            self._freq[word] = self._freq.get(word, 0) + count

    def trim(self, min_frequency, max_frequency=-1):
        """Keep the words that came more than `min_frequency` times, the commonest first."""
        ordered = sorted(sorted(self._freq.items()), key=lambda item: item[1], reverse=True)
        kept = [item for item in ordered if item[1] > min_frequency and not 0 < max_frequency <= item[1]]
        self._reverse_mapping = [self._unknown_token] + [word for word, _ in kept]
        self._mapping = {word: number for number, word in enumerate(self._reverse_mapping)}
        self._freq = dict(kept)

    def reverse(self, number):
        return self._reverse_mapping[number]


class VocabularyProcessor:
    """Documents to the numbers of their words, int64 [max_document_length]: cut off, or filled up with zeros."""

    def __init__(self, max_document_length, min_frequency=0, vocabulary=None, tokenizer_fn=None):
        self.max_document_length = max_document_length
        self.min_frequency = min_frequency
        self.vocabulary_ = vocabulary or CategoricalVocabulary()
        self._tokenizer = tokenizer_fn

    def _words(self, documents):
        if getattr(self, "_tokenizer", None) is not None:
            return self._tokenizer(documents)
        return (re.findall(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|['\w\-]+", text) for text in documents)

    def fit(self, documents, unused_y=None):
        """Learn the words of the documents; later ones are unknown."""
        for words in self._words(documents):
            for word in words:
                self.vocabulary_.add(word)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(self, documents, unused_y=None):
        self.fit(documents)
        return self.transform(documents)

    def transform(self, documents):
        for words in self._words(documents):
            row = np.zeros(self.max_document_length, np.int64)
            numbers = [self.vocabulary_.get(word) for _, word in zip(row, words, strict=False)]
            row[:len(numbers)] = numbers
            yield row

    def reverse(self, rows):
        for row in rows:
            yield " ".join(self.vocabulary_.reverse(number) for number in row)

    def save(self, filename):
        with tf.io.gfile.GFile(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename):
        """What `save` wrote, here or in TensorFlow 1."""

        class Unpickler(pickle.Unpickler):
            def find_class(self, module, name):
                if name == "tokenizer" and "tensorflow" in module:
                    return None  # the words as they are found here
                own = {"VocabularyProcessor": cls, "CategoricalVocabulary": CategoricalVocabulary}
                return own[name] if name in own else super().find_class(module, name)

        with tf.io.gfile.GFile(filename, "rb") as file:
            return Unpickler(file).load()
