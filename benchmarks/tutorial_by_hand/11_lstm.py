"""The LSTM of the tutorial as one would write it for Keras 3."""

import keras
import numpy as np
import tensorflow as tf

window = 10
num_units = 24
learning_rate = 0.01
training_steps = 80

rng = np.random.RandomState(7)
t = np.arange(400)
series = (np.sin(0.1 * t) + 0.3 * np.sin(0.55 * t) + 0.02 * rng.normal(size=400)).astype(np.float32)
windows = np.array([series[i : i + window] for i in range(len(series) - window)])[..., None]
following = series[window:].reshape(-1, 1)
train_x, train_y = tf.constant(windows[:300]), tf.constant(following[:300])

model = keras.Sequential([keras.Input((window, 1)), keras.layers.LSTM(num_units), keras.layers.Dense(1)])
optimizer = keras.optimizers.Adam(learning_rate, clipvalue=0.5)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return loss


for step in range(1, training_steps + 1):
    loss_value = train_step(train_x, train_y)
    if step % 20 == 0:
        print(f"step {step}, loss {float(loss_value):.4f}")
