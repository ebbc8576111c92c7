"""`tf.examples.tutorials.mnist`."""

from tf1rnn.namespace import become

become(__name__, "examples.tutorials.mnist")
