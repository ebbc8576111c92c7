"""`tf.contrib.lookup`."""

from tf1rnn.namespace import become

become(__name__, "contrib.lookup")
