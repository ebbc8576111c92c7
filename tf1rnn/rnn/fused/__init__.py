"""The fast way of the loops: whole layers over whole sequences.

`dynamic_rnn` and `static_rnn` call any cell step by step. For the cells that they know (`cells.py`) they compute a
layer at once instead: the inputs of all steps are projected by one product, the loop over time does only what is
recurrent, several steps an iteration (`scan.py`), and the gradient is written out by hand (`sequence.py`), so that
the kernels' gradients are one product after the loop. Names, order and values of the variables are those of the
cells; `TF1RNN_FUSED=0` in the environment switches it off.

    route.py       whether a call can go this way                  cells.py        what is known of the cells
    layer.py       one layer over a sequence, and its gradient     basic.py lstm.py gru.py   the recurrences
"""
