"""`tf.contrib.opt`."""

from tf1rnn.namespace import become

become(__name__, "contrib.opt")
