# mypy: ignore-errors
"""tf.contrib.seq2seq.GreedyEmbeddingHelper."""

import tensorflow as tf


class GreedyEmbeddingHelper:
    """Feeds a decoder what it has said itself: each step reads the embedding of the likeliest id of the step before.

    Args:
        embedding: rows by id [ids, features], or a function of ids [batch].
        start_tokens: ids [batch] to begin with.
        end_token: the id that ends an example.
    """

    def __init__(self, embedding, start_tokens, end_token):
        self.embed = embedding if callable(embedding) else lambda ids: tf.gather(embedding, ids)
        self.start_tokens, self.end_token = tf.convert_to_tensor(start_tokens, tf.int32), end_token

    def start(self):
        """Returns (which examples are finished, the first inputs)."""
        return tf.zeros_like(self.start_tokens, tf.bool), self.embed(self.start_tokens)

    def sample(self, output):
        return tf.argmax(output, axis=-1, output_type=tf.int32)

    def following(self, time, sample_id):
        """Returns (which examples end with this step, the inputs of the next)."""
        return tf.equal(sample_id, self.end_token), self.embed(sample_id)
