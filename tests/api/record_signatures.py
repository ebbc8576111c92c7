"""Record TensorFlow 1.15.5's signatures of the table's names.

    python -c "from migrate import api; print(*(n for r in api.ROWS for n in r.names))" > names.txt
    python record_signatures.py names.txt        in the environment of TensorFlow 1.15.5

The file tf1_signatures.json maps a name to its parameters, each "name" or "name=default"; to null if
TF 1.15.5 has no such name, and to "value" if it is not a function.
"""

import inspect
import json
import os
import sys


def signature(thing):
    from tensorflow.python.util import tf_inspect

    if not callable(thing):
        return "value"
    spec = tf_inspect.getfullargspec(thing.__init__ if inspect.isclass(thing) else thing)
    names = [name for name in spec.args if name != "self"]
    defaults = [repr(default) for default in spec.defaults or ()]
    first = len(names) - len(defaults)
    found = names[:first] + [name + "=" + text for name, text in zip(names[first:], defaults)]  # noqa: B905
    return found + ["*" + name for name in (spec.varargs, spec.varkw) if name]


def main():
    import tensorflow as tf

    found = {}
    with open(sys.argv[1]) as stream:
        names = stream.read().split()
    for name in names:
        thing = tf
        try:
            for part in name.split("."):
                thing = getattr(thing, part)
        except AttributeError:
            thing = None
        found[name] = signature(thing) if thing is not None or name == "newaxis" else None
    lines = [json.dumps(name) + ": " + json.dumps(found[name]) for name in sorted(found)]
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tf1_signatures.json")
    with open(path, "w") as stream:
        stream.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
