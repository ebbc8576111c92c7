"""`tf.contrib.metrics`."""

from tf1rnn.namespace import become

become(__name__, "contrib.metrics")
