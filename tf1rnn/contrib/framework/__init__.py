"""`tf.contrib.framework`."""

from tf1rnn.namespace import become

become(__name__, "contrib.framework")
