"""Sequences of different lengths in one batch: padding and sequence_length."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

input_size = 2
num_units = 20
batch_size = 16

rng = np.random.RandomState(5)


def make_batch(size):
    """Pads to the longest sequence of the batch. The target adds up the first feature where the second is 1."""
    lengths = rng.randint(3, 12, size=size)
    batch = np.zeros([size, lengths.max(), input_size], dtype=np.float32)
    sums = np.zeros([size, 1], dtype=np.float32)
    for i, length in enumerate(lengths):
        batch[i, :length, 0] = rng.uniform(-1, 1, size=length)
        batch[i, :length, 1] = rng.randint(0, 2, size=length)
        sums[i, 0] = np.sum(batch[i, :, 0] * batch[i, :, 1])
    return batch, lengths, sums


x = tf.placeholder(tf.float32, [None, None, input_size])
seq_length = tf.placeholder(tf.int32, [None])
y = tf.placeholder(tf.float32, [None, 1])

cell = tf.nn.rnn_cell.BasicRNNCell(num_units)
outputs, state = tf.nn.dynamic_rnn(cell, x, sequence_length=seq_length, dtype=tf.float32)
prediction = tf.contrib.layers.fully_connected(state, 1, activation_fn=None)
loss = tf.reduce_mean(tf.square(prediction - y))
train_step = tf.train.AdamOptimizer(0.01).minimize(loss)

sess = tf.InteractiveSession()
tf.global_variables_initializer().run()

for step in range(1, 101):
    batch_x, batch_length, batch_y = make_batch(batch_size)
    train_step.run(feed_dict={x: batch_x, seq_length: batch_length, y: batch_y})
    if step % 25 == 0:
        print('step %d, loss %.4f' % (step, loss.eval(feed_dict={x: batch_x, seq_length: batch_length, y: batch_y})))

# After the end of a sequence the outputs are zero, and the state stays what it was.
batch_x, batch_length, batch_y = make_batch(3)
output_values = outputs.eval(feed_dict={x: batch_x, seq_length: batch_length})
state_values = state.eval(feed_dict={x: batch_x, seq_length: batch_length})
for i in range(3):
    length = batch_length[i]
    print('length %2d: outputs after the end %.1f, last output is the state: %s'
          % (length, np.abs(output_values[i, length:]).sum(),
             np.allclose(output_values[i, length - 1], state_values[i])))
