"""Sentiment of sentences of different lengths, with a bidirectional LSTM."""
from __future__ import print_function

import os

import numpy as np
import tensorflow as tf

embedding_size = 16
num_units = 16
batch_size = 20
num_epochs = 12

# One sentence a line: 1 (positive) or 0 (negative), a tab, the words.
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'reviews.tsv')
with open(path) as review_file:
    rows = [line.rstrip('\n').split('\t') for line in review_file]
labels = np.array([int(row[0]) for row in rows], dtype=np.float32)
sentences = [row[1].split() for row in rows]

# Id 0 is for padding.
vocabulary = sorted({word for sentence in sentences for word in sentence})
word_to_id = {word: i + 1 for i, word in enumerate(vocabulary)}
vocab_size = len(vocabulary) + 1

lengths = np.array([len(sentence) for sentence in sentences])
ids = np.zeros([len(sentences), lengths.max()], dtype=np.int32)
for i, sentence in enumerate(sentences):
    ids[i, :lengths[i]] = [word_to_id[word] for word in sentence]

order = np.random.RandomState(10).permutation(len(sentences))
train, test = order[:180], order[180:]

word_ids = tf.placeholder(tf.int32, [None, None], name='word_ids')
sequence_length = tf.placeholder(tf.int32, [None], name='sequence_length')
sentiment = tf.placeholder(tf.float32, [None], name='sentiment')

embeddings = tf.Variable(tf.random_uniform([vocab_size, embedding_size], -0.5, 0.5), name='embeddings')
embedded = tf.nn.embedding_lookup(embeddings, word_ids)

cell_fw = tf.nn.rnn_cell.LSTMCell(num_units)
cell_bw = tf.nn.rnn_cell.LSTMCell(num_units)
outputs, (state_fw, state_bw) = tf.nn.bidirectional_dynamic_rnn(
    cell_fw, cell_bw, embedded, sequence_length=sequence_length, dtype=tf.float32)

# The last hidden states of both directions stand for the whole sentence.
features = tf.concat([state_fw.h, state_bw.h], axis=1)
logits = tf.squeeze(tf.layers.dense(features, 1), axis=1)
probability = tf.sigmoid(logits)

loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=sentiment, logits=logits))
train_op = tf.train.AdamOptimizer(0.004).minimize(loss)
correct = tf.equal(tf.round(probability), sentiment)
accuracy = tf.reduce_mean(tf.cast(correct, tf.float32))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())

    for epoch in range(1, num_epochs + 1):
        for start in range(0, len(train), batch_size):
            batch = train[start:start + batch_size]
            sess.run(train_op, feed_dict={
                word_ids: ids[batch], sequence_length: lengths[batch], sentiment: labels[batch]})
        if epoch % 3 == 0:
            train_loss, train_accuracy = sess.run([loss, accuracy], feed_dict={
                word_ids: ids[train], sequence_length: lengths[train], sentiment: labels[train]})
            print('epoch %d, loss %.4f, accuracy %.3f' % (epoch, train_loss, train_accuracy))

    test_accuracy, scores = sess.run([accuracy, probability], feed_dict={
        word_ids: ids[test], sequence_length: lengths[test], sentiment: labels[test]})
    print('test accuracy: %.3f' % test_accuracy)
    for i in range(4):
        print('%.2f  %s' % (scores[i], ' '.join(sentences[test[i]])))
