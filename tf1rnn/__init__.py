"""The namespace of TensorFlow 1.15 on TensorFlow 2: `import tf1rnn as tf`.

Importing it enters TF1 mode (graphs and sessions) for the whole process. `namespace.py` says how names
resolve, `tables.py` which are ours.
"""

from tf1rnn import mode as _mode

_mode.enter()

from tf1rnn import namespace as _namespace  # noqa: E402
from tf1rnn import release as _release  # noqa: E402

__version__ = _release.__version__  # of the TensorFlow this is a namespace of: scripts compare it

_namespace.become(__name__, "")
