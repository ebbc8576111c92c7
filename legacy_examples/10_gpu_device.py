"""Places the model on a GPU, if there is one."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

time_steps = 15
num_units = 32

if not tf.test.is_gpu_available():
    print('No GPU found: the model runs on the CPU.')

rng = np.random.RandomState(6)
start = rng.uniform(0, 2 * np.pi, size=(200, 1))
wave = np.cos(start + 0.3 * np.arange(time_steps + 1)).astype(np.float32)
inputs = wave[:, :-1].reshape(-1, time_steps, 1)
targets = wave[:, 1:].reshape(-1, time_steps, 1)

with tf.device('/GPU:0'):
    x = tf.placeholder(tf.float32, [None, time_steps, 1])
    y = tf.placeholder(tf.float32, [None, time_steps, 1])
    cell = tf.nn.rnn_cell.BasicRNNCell(num_units)
    outputs, _ = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
    predictions = tf.layers.dense(outputs, 1)
    loss = tf.losses.mean_squared_error(labels=y, predictions=predictions)
    train_op = tf.train.AdamOptimizer(0.005).minimize(loss)

# Soft placement: what cannot run on the GPU runs on the CPU.
config = tf.ConfigProto(allow_soft_placement=True)
config.gpu_options.allow_growth = True
with tf.Session(config=config) as sess:
    sess.run(tf.global_variables_initializer())
    for step in range(1, 61):
        sess.run(train_op, feed_dict={x: inputs, y: targets})
        if step % 15 == 0:
            print('step %d, loss %.5f' % (step, sess.run(loss, feed_dict={x: inputs, y: targets})))
