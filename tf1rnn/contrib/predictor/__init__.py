"""`tf.contrib.predictor`."""

from tf1rnn.namespace import become

become(__name__, "contrib.predictor")
