"""`tf.contrib.layers`."""

from tf1rnn.namespace import become

become(__name__, "contrib.layers")
