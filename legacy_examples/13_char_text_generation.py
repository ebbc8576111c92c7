"""A character-level language model: trains a basic RNN on a text, then lets it write."""
from __future__ import print_function

import os

import numpy as np
import tensorflow as tf

hidden_size = 64
seq_length = 25
batch_size = 16
learning_rate = 0.003
num_epochs = 40

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'lighthouse.txt')
with open(path) as text_file:
    text = text_file.read()
chars = sorted(set(text))
vocab_size = len(chars)
char_to_id = {c: i for i, c in enumerate(chars)}
data = np.array([char_to_id[c] for c in text])
print('%d characters, %d different ones' % (len(data), vocab_size))

# batch_size rows of running text: batch after batch, each row goes on where it stopped.
row_length = (len(data) - 1) // batch_size
num_batches = row_length // seq_length
rows_x = data[:batch_size * row_length].reshape(batch_size, row_length)
rows_y = data[1:batch_size * row_length + 1].reshape(batch_size, row_length)

inputs = tf.placeholder(tf.int32, [None, None], name='inputs')
targets = tf.placeholder(tf.int32, [None, None], name='targets')
init_state = tf.placeholder(tf.float32, [None, hidden_size], name='state')

cell = tf.nn.rnn_cell.BasicRNNCell(hidden_size)
outputs, final_state = tf.nn.dynamic_rnn(cell, tf.one_hot(inputs, vocab_size), initial_state=init_state)
logits = tf.layers.dense(outputs, vocab_size)
probabilities = tf.nn.softmax(logits)

loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=targets, logits=logits))
train_op = tf.train.AdamOptimizer(learning_rate).minimize(loss)

rng = np.random.RandomState(9)

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())

    for epoch in range(num_epochs):
        state = np.zeros([batch_size, hidden_size], dtype=np.float32)
        total_loss = 0.0
        for b in range(num_batches):
            start = b * seq_length
            loss_value, state, _ = sess.run([loss, final_state, train_op], feed_dict={
                inputs: rows_x[:, start:start + seq_length],
                targets: rows_y[:, start:start + seq_length],
                init_state: state})
            total_loss += loss_value
        if (epoch + 1) % 10 == 0:
            print('epoch %d, loss %.4f' % (epoch + 1, total_loss / num_batches))

    # Sampling: feed one character and the state, draw the next character, and so on.
    sample = 'T'
    state = np.zeros([1, hidden_size], dtype=np.float32)
    for _ in range(150):
        feed = {inputs: [[char_to_id[sample[-1]]]], init_state: state}
        p, state = sess.run([probabilities, final_state], feed_dict=feed)
        sample += chars[np.searchsorted(np.cumsum(p[0, 0]), rng.uniform(0, 0.999))]
    print('---\n%s\n---' % sample)
