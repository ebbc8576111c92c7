"""A GRU tells whether a noisy series rises or falls. Gradients are clipped by their global norm."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

time_steps = 20
num_units = 32
num_classes = 3
batch_size = 50
num_epochs = 6
names = ['falling', 'steady', 'rising']

rng = np.random.RandomState(8)


def make_series(count):
    """Noisy series that fall, stay or rise, and the class of each."""
    classes = rng.randint(0, num_classes, size=count)
    slope = (classes - 1) * rng.uniform(0.5, 1.5, size=count)
    series = 0.2 * rng.normal(size=(count, 1)) + slope[:, np.newaxis] * np.linspace(0, 1, time_steps)
    series += 0.2 * rng.normal(size=series.shape)
    return series.reshape(count, time_steps, 1), classes


train_x, train_y = make_series(600)
test_x, test_y = make_series(200)

x = tf.placeholder(tf.float32, [None, time_steps, 1], name='x')
y = tf.placeholder(tf.int64, [None], name='y')

cell = tf.nn.rnn_cell.GRUCell(num_units)
outputs, final_state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
logits = tf.layers.dense(final_state, num_classes, name='logits')

one_hot = tf.one_hot(y, num_classes)
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=one_hot, logits=logits))
predicted_class = tf.argmax(logits, 1)
accuracy = tf.reduce_mean(tf.cast(tf.equal(predicted_class, y), tf.float32))

# Exploding gradients: scale them all down together when their norm exceeds 0.5.
tvars = tf.trainable_variables()
grads, global_norm = tf.clip_by_global_norm(tf.gradients(loss, tvars), 0.5)
optimizer = tf.train.AdamOptimizer(0.005)
train_op = optimizer.apply_gradients(zip(grads, tvars))

sess = tf.Session()
sess.run(tf.global_variables_initializer())

for epoch in range(num_epochs):
    for i in range(0, len(train_x), batch_size):
        feed_dict = {x: train_x[i:i + batch_size], y: train_y[i:i + batch_size]}
        _, loss_value, norm = sess.run([train_op, loss, global_norm], feed_dict)
    print('epoch %d, loss %.4f, gradient norm %.3f' % (epoch + 1, loss_value, norm))

print('test accuracy: %.3f' % sess.run(accuracy, feed_dict={x: test_x, y: test_y}))
for i, prediction in enumerate(sess.run(predicted_class, feed_dict={x: test_x[:5]})):
    print('a %s series, taken for: %s' % (names[test_y[i]], names[prediction]))
sess.close()
