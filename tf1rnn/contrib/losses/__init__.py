"""`tf.contrib.losses`."""

from tf1rnn.namespace import become

become(__name__, "contrib.losses")
