"""`tf.contrib.slim`."""

from tf1rnn.namespace import become

become(__name__, "contrib.slim")
