"""`tf.contrib.legacy_seq2seq`."""

from tf1rnn.namespace import become

become(__name__, "contrib.legacy_seq2seq")
