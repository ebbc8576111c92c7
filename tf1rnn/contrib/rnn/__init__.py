"""`tf.contrib.rnn`."""

from tf1rnn.namespace import become

become(__name__, "contrib.rnn")
