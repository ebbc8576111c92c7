"""`tf.contrib.grid_rnn`."""

from tf1rnn.namespace import become

become(__name__, "contrib.grid_rnn")
