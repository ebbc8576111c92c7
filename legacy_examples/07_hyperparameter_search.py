"""Grid search over learning rate and batch size, with a fresh graph for every combination."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

time_steps = 12
num_units = 16
num_epochs = 4

param_grid = {
    'learning_rate': [0.001, 0.01, 0.1],
    'batch_size': [32, 64, 128],
}

# Noisy sine waves: from 12 values, predict the next one.
rng = np.random.RandomState(3)
phases = rng.uniform(0, 2 * np.pi, size=(640, 1))
waves = np.sin(phases + 0.4 * np.arange(time_steps + 1)) + 0.05 * rng.normal(size=(640, time_steps + 1))
inputs = waves[:, :-1, np.newaxis].astype(np.float32)
targets = waves[:, -1:].astype(np.float32)

# 60 % for training, 20 % for validation, 20 % for the test.
train_x, train_y = inputs[:384], targets[:384]
valid_x, valid_y = inputs[384:512], targets[384:512]
test_x, test_y = inputs[512:], targets[512:]


def train_and_evaluate(learning_rate, batch_size, eval_x, eval_y):
    """Trains a new model and returns its loss on the data given for evaluation."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, time_steps, 1])
        y = tf.placeholder(tf.float32, [None, 1])
        cell = tf.nn.rnn_cell.BasicRNNCell(num_units)
        _, state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
        prediction = tf.layers.dense(state, 1)
        loss = tf.reduce_mean(tf.square(prediction - y))
        train_op = tf.train.GradientDescentOptimizer(learning_rate).minimize(loss)

        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for epoch in range(num_epochs):
                for start in range(0, len(train_x), batch_size):
                    end = start + batch_size
                    sess.run(train_op, feed_dict={x: train_x[start:end], y: train_y[start:end]})
            return sess.run(loss, feed_dict={x: eval_x, y: eval_y})


best_loss = None
best_params = None
for learning_rate in param_grid['learning_rate']:
    for batch_size in param_grid['batch_size']:
        valid_loss = train_and_evaluate(learning_rate, batch_size, valid_x, valid_y)
        print('learning rate %.3f, batch size %3d: validation loss %.4f'
              % (learning_rate, batch_size, valid_loss))
        if best_loss is None or valid_loss < best_loss:
            best_loss = valid_loss
            best_params = (learning_rate, batch_size)

print('best: learning rate %.3f, batch size %d' % best_params)
test_loss = train_and_evaluate(best_params[0], best_params[1], test_x, test_y)
print('test loss: %.4f' % test_loss)
