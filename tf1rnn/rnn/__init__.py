"""Recurrent cells and the loops that run them (`tf.nn.rnn_cell`, `tf.nn.dynamic_rnn` and their kin)."""
