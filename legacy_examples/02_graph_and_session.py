"""A graph of one's own, and a session that runs it."""
from __future__ import print_function

import tensorflow as tf

graph = tf.Graph()
with graph.as_default():
    a = tf.constant(5)
    b = tf.constant(3)

    # A placeholder gets its value when the graph is run.
    x = tf.placeholder(tf.float32, shape=[None], name='x')
    y = x * 2.0 + 1.0

    with tf.Session(graph=graph) as sess:
        print(sess.run(tf.add(a, b)))
        print(sess.run(tf.multiply(a, b)))
        print(sess.run(y, feed_dict={x: [1.0, 2.0, 3.0]}))
