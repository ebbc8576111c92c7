"""Constants, variables and the session that gives them values."""
from __future__ import print_function

import tensorflow as tf

# Nothing is computed here: these lines only add nodes to the default graph.
constant = tf.constant([1, 2, 3])
variable = tf.Variable(5)
total = tf.reduce_sum(constant)
product = constant * variable

print(constant.shape, constant.dtype)

with tf.Session() as sess:
    # A variable has no value before its initialiser has run.
    sess.run(tf.global_variables_initializer())
    print('constant:', sess.run(constant))
    print('variable:', sess.run(variable))

    total_value, product_value = sess.run([total, product])
    print('sum of the constant:', total_value)
    print('constant * variable:', product_value)
