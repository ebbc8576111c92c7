"""Conditional random fields: the functions of tf.contrib.crf, written out."""

from __future__ import annotations

from pathlib import Path

import pytest
from numeric_programs import ADAM, START

from migrate.migration import migrate_source
from migrate.plan import Migrated, Refused
from migrate.verify import assert_same_outputs

MODEL = """\
from tensorflow.contrib.crf import crf_log_likelihood, viterbi_decode

tags = np.random.randint(0, 4, [8, 5])
sizes = np.array([5, 3, 1, 2, 5, 4, 2, 1])
T = tf.placeholder(tf.int32, [None, 5])
L = tf.placeholder(tf.int32, [None])
(fw, bw), _ = tf.nn.bidirectional_dynamic_rnn(
    tf.nn.rnn_cell.LSTMCell(3), tf.nn.rnn_cell.LSTMCell(3), X, sequence_length=L, dtype=tf.float32)
both = tf.concat([fw, bw], axis=-1)
W = tf.get_variable('W', [6, 4])
scores = tf.reshape(tf.matmul(tf.reshape(both, [-1, 6]), W), [-1, tf.shape(both)[1], 4])
"""
LOSS = """\
likelihood, transitions = crf_log_likelihood(scores, T, L)
loss = tf.reduce_mean(-likelihood)
best, _ = tf.contrib.crf.crf_decode(scores, transitions, L)
"""
CHOSEN = """\
field = len(xs) > 3
if field:
    likelihood, transitions = crf_log_likelihood(scores, T, L)
    loss = tf.reduce_mean(-likelihood)
else:
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=T, logits=scores))
"""
RUN = """\
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for i in range(3):
        print(sess.run([train, loss], {X: xs, T: tags, L: sizes})[1])
    s, t = sess.run([scores, transitions], {X: xs, L: sizes})
    for one, size in zip(s, sizes):
        print(viterbi_decode(one[:size], t))
"""
BEST = "    print(sess.run(best, {X: xs, L: sizes}))\n"


def migrated(source: str) -> str:
    outcome = migrate_source(source)
    assert isinstance(outcome, Migrated), outcome
    return outcome.source


def test_the_functions_stand_in_the_file() -> None:
    text = migrated(START + MODEL + LOSS + ADAM + RUN + BEST)
    for name in ("crf_log_likelihood", "crf_decode", "viterbi_decode"):
        assert text.count(f"def {name}(") == 1
    assert 'transitions = tf.Variable(keras.initializers.GlorotUniform()([4, 4]), name="transitions")\n' in text


def test_made_under_a_condition() -> None:
    text = migrated(START + MODEL + CHOSEN + ADAM + RUN)
    assert "if field:\n    transitions = tf.Variable(" in text or "if field:\n    transitions_" in text


@pytest.mark.parametrize("source", [START + MODEL + LOSS + ADAM + RUN + BEST, START + MODEL + CHOSEN + ADAM + RUN])
def test_they_are_equal(source: str, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(source)
    assert_same_outputs(script)


def test_a_number_of_tags_that_the_source_does_not_show() -> None:
    outcome = migrate_source(START + MODEL.replace(", 4])\n", ", -1])\n") + LOSS + ADAM + RUN + BEST)
    assert isinstance(outcome, Refused) and outcome.reasons[0].code == "crf"
