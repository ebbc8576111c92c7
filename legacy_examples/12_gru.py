"""A GRU tells wave forms apart. Gradients are clipped by their global norm."""
from __future__ import print_function

import numpy as np
import tensorflow as tf

time_steps = 20
num_units = 32
num_classes = 3
batch_size = 50
num_epochs = 8
names = ['sine', 'square', 'sawtooth']

rng = np.random.RandomState(8)


def make_waves(count):
    """Waves of random phase and length, with some noise, and the class of each."""
    classes = rng.randint(0, num_classes, size=count)
    phase = rng.uniform(0, 1, size=(count, 1)) + np.arange(time_steps) / rng.uniform(6, 12, size=(count, 1))
    sine = np.sin(2 * np.pi * phase)
    waves = np.where(classes[:, None] == 0, sine, np.where(classes[:, None] == 1, np.sign(sine), 2 * (phase % 1) - 1))
    waves = waves + 0.1 * rng.normal(size=waves.shape)
    return waves.reshape(count, time_steps, 1), classes


train_x, train_y = make_waves(500)
test_x, test_y = make_waves(200)

x = tf.placeholder(tf.float32, [None, time_steps, 1], name='x')
y = tf.placeholder(tf.int64, [None], name='y')

cell = tf.nn.rnn_cell.GRUCell(num_units)
outputs, final_state = tf.nn.dynamic_rnn(cell, x, dtype=tf.float32)
logits = tf.layers.dense(final_state, num_classes, name='logits')

one_hot = tf.one_hot(y, num_classes)
loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits_v2(labels=one_hot, logits=logits))
predicted_class = tf.argmax(logits, 1)
accuracy = tf.reduce_mean(tf.cast(tf.equal(predicted_class, y), tf.float32))

# Exploding gradients: scale them all down together when their norm exceeds 1.
tvars = tf.trainable_variables()
grads, global_norm = tf.clip_by_global_norm(tf.gradients(loss, tvars), 1.0)
optimizer = tf.train.AdamOptimizer(0.01)
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
    print('a %s wave, taken for: %s' % (names[test_y[i]], names[prediction]))
sess.close()
