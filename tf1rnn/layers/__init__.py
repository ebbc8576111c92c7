"""`tf.layers`: see tables.py for what is in it."""

from tf1rnn.namespace import become

become(__name__, "layers")
