"""The same network of Keras 3's own layers, in a tf.function with a signature."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf
from serving import megabytes, read_case, serve


def layers_of(case):
    kind, units = case["cell"], case["units"]
    layer = {"rnn": keras.layers.SimpleRNN, "gru": keras.layers.GRU}.get(kind, keras.layers.LSTM)
    options = {"reset_after": False} if kind == "gru" else {}  # the equations of TensorFlow 1
    if kind == "bilstm":
        return [keras.layers.Bidirectional(layer(units, return_sequences=True))]
    return [layer(units, return_sequences=True, **options) for _ in range(2 if kind == "lstm2" else 1)]


def main():
    case, values = read_case()
    before = megabytes()
    layers = layers_of(case)
    signature = [tf.TensorSpec([None, case["time"], case["input"]], tf.float32)]
    optimizer = keras.optimizers.SGD(0.01)

    @tf.function(input_signature=signature)
    def forward(x):
        for layer in layers:
            x = layer(x)
        return tf.reduce_mean(tf.square(x))

    @tf.function(input_signature=signature)
    def train(x):
        with tf.GradientTape() as tape:
            loss = forward(x)
        variables = tape.watched_variables()
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return loss

    serve(lambda: forward(values).numpy(), lambda: train(values).numpy(), before)


main()
