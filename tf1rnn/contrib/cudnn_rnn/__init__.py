"""`tf.contrib.cudnn_rnn`."""

from tf1rnn.namespace import become

become(__name__, "contrib.cudnn_rnn")
