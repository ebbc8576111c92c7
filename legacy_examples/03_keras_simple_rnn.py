"""A recurrent layer made of a Keras cell. This script is TF2 style already."""
import tensorflow as tf

inputs = tf.random.uniform([1, 10, 256])  # batch, time, features

cell = tf.keras.layers.SimpleRNNCell(units=128)
rnn = tf.keras.layers.RNN(cell)
output = rnn(inputs)

print('inputs:', inputs.shape)
print('output:', output.shape)
