"""Glorot and He initialisers, and five optimizers on the same problem."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

time_steps = 7
input_size = 3
num_units = 24
training_steps = 40

# Does the second half of the sequence weigh more than the first?
rng = np.random.RandomState(4)
data = rng.normal(size=(256, time_steps, input_size)).astype(np.float32)
labels = (data[:, 4:].sum(axis=(1, 2)) > data[:, :4].sum(axis=(1, 2))).astype(np.float32).reshape(-1, 1)


def get_optimizer(name):
    if name == 'SGD':
        return tf.train.GradientDescentOptimizer(0.1)
    elif name == 'Momentum':
        return tf.train.MomentumOptimizer(0.1, momentum=0.9)
    elif name == 'Adagrad':
        return tf.train.AdagradOptimizer(0.1)
    elif name == 'RMSProp':
        return tf.train.RMSPropOptimizer(0.005)
    else:
        return tf.train.AdamOptimizer(0.005)


def train(optimizer_name):
    """Trains a new model; returns the losses on the way."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, time_steps, input_size])
        y = tf.placeholder(tf.float32, [None, 1])

        # Glorot (Xavier) suits tanh and sigmoid units, He suits ReLU units.
        cell = tf.nn.rnn_cell.LSTMCell(num_units, initializer=tf.glorot_uniform_initializer())
        outputs, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
        hidden = tf.layers.dense(outputs[:, -1], 16, activation=tf.nn.relu,
                                 kernel_initializer=tf.keras.initializers.he_normal())
        logits = tf.layers.dense(hidden, 1, kernel_initializer=tf.glorot_normal_initializer())

        loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))
        train_op = get_optimizer(optimizer_name).minimize(loss)

        losses = []
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for step in range(training_steps):
                _, loss_value = sess.run([train_op, loss], feed_dict={x: data, y: labels})
                losses.append(loss_value)
        return losses


for name in ['SGD', 'Momentum', 'Adagrad', 'RMSProp', 'Adam']:
    losses = train(name)
    print('%-8s first loss %.4f, last loss %.4f' % (name, losses[0], losses[-1]))
