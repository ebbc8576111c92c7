"""`tf.contrib.learn`."""

from tf1rnn.namespace import become

become(__name__, "contrib.learn")
