"""The basic RNN of the tutorial as one would write it for Keras 3."""

import keras
import numpy as np
import tensorflow as tf

batch_size = 64
time_steps = 10
input_size = 8
num_units = 128
training_steps = 60

rng = np.random.RandomState(0)
data = rng.uniform(-1.0, 1.0, size=(512, time_steps, input_size)).astype(np.float32)
targets = (data.mean(axis=(1, 2)).reshape(-1, 1) * 5.0).astype(np.float32)

model = keras.Sequential(
    [keras.Input((time_steps, input_size)), keras.layers.SimpleRNN(num_units), keras.layers.Dense(1)]
)
optimizer = keras.optimizers.Adam(0.001)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return loss


for step in range(training_steps):
    start = step * batch_size % len(data)
    loss_value = train_step(data[start : start + batch_size], targets[start : start + batch_size])
    if (step + 1) % 10 == 0:
        print(f"step {step + 1}, loss {float(loss_value):.4f}")
