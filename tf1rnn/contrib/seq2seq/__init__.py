"""`tf.contrib.seq2seq`."""

from tf1rnn.namespace import become

become(__name__, "contrib.seq2seq")
