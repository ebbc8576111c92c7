"""`tf.contrib.data`."""

from tf1rnn.namespace import become

become(__name__, "contrib.data")
