"""The GRU of the tutorial as one would write it for Keras 3."""

import keras
import numpy as np
import tensorflow as tf

time_steps = 20
num_units = 32
num_classes = 3
batch_size = 50
num_epochs = 6

rng = np.random.RandomState(8)
classes = rng.randint(0, num_classes, size=600)
slope = (classes - 1) * rng.uniform(0.5, 1.5, size=600)
values = 0.2 * rng.normal(size=(600, 1)) + slope[:, np.newaxis] * np.linspace(0, 1, time_steps)
train_x = (values + 0.2 * rng.normal(size=values.shape)).reshape(-1, time_steps, 1).astype(np.float32)
train_y = classes

model = keras.Sequential(
    [
        keras.Input((time_steps, 1)),
        keras.layers.GRU(num_units, reset_after=False),  # the equations of TensorFlow 1
        keras.layers.Dense(num_classes),
    ]
)
optimizer = keras.optimizers.Adam(0.005, global_clipnorm=0.5)
loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@tf.function
def train_step(x, y):
    with tf.GradientTape() as tape:
        loss = loss_of(y, model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
    return loss


for epoch in range(num_epochs):
    for i in range(0, len(train_x), batch_size):
        loss_value = train_step(train_x[i : i + batch_size], train_y[i : i + batch_size])
    print(f"epoch {epoch + 1}, loss {float(loss_value):.4f}")
