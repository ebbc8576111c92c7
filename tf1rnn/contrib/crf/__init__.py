"""`tf.contrib.crf`."""

from tf1rnn.namespace import become

become(__name__, "contrib.crf")
