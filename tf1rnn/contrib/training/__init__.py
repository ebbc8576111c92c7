"""`tf.contrib.training`."""

from tf1rnn.namespace import become

become(__name__, "contrib.training")
