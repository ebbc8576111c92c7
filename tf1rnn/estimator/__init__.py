"""`tf.estimator`: estimators around model functions, on sessions. The ready-made models are not there."""

from tf1rnn.namespace import become

become(__name__, "estimator")
