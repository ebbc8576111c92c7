"""`tf.contrib.tensorboard`."""

from tf1rnn.namespace import become

become(__name__, "contrib.tensorboard")
