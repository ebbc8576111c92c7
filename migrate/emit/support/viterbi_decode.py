# mypy: ignore-errors
"""tf.contrib.crf.viterbi_decode."""

import numpy as np


def viterbi_decode(score, transition_params):
    """The best sequence of tags, a list, and its score, for the scores [time, tags] of one sequence (NumPy)."""
    best, pointers = score[0], []
    for scores in score[1:]:
        options = best[:, np.newaxis] + transition_params
        pointers.append(np.argmax(options, axis=0))
        best = scores + np.max(options, axis=0)
    tags = [int(np.argmax(best))]
    for step in reversed(pointers):
        tags.append(int(step[tags[-1]]))
    return tags[::-1], np.max(best)
