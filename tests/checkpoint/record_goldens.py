"""Records goldens.zip with TensorFlow 1.15.5: python3.7 record_goldens.py

For each program of legacy_programs.py: two checkpoints (after 5 and 10 steps) and what was fetched. The graph (.meta)
is kept for a few programs only: it is what is large. Two more: a checkpoint in format V1, a SavedModel.
"""

import io
import os
import subprocess
import sys
import tempfile
import zipfile

import legacy_programs

WITH_GRAPH = {"basic_lstm", "lstm", "two_scopes", "lstm_block"}
V1 = legacy_programs.CELLS["basic_lstm"].replace(
    "tf.train.Saver()", "tf.train.Saver(write_version=tf.train.SaverDef.V1)"
)
SAVED_MODEL = legacy_programs.CELLS["gru"] + (
    "    tf.saved_model.simple_save(sess, './exported', {'x': x}, {'outputs': outputs})\n"
)


def kept(name, path):
    """Whether a file of a program's folder belongs to the goldens."""
    if path.endswith("program.py") or path.endswith("pipe"):
        return False
    return not path.endswith(".meta") or (name in WITH_GRAPH and path.endswith("-0.meta"))


def record(archive, name, source):
    folder = tempfile.mkdtemp()
    with open(os.path.join(folder, "program.py"), "w") as file:
        file.write(source)
    subprocess.check_call([sys.executable, "program.py"], cwd=folder, stderr=subprocess.DEVNULL)
    for parent, _, files in sorted(os.walk(folder)):
        for file in sorted(files):
            path = os.path.join(parent, file)
            if kept(name, path):
                info = zipfile.ZipInfo(name + "/" + os.path.relpath(path, folder), (2020, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                with open(path, "rb") as data:
                    archive.writestr(info, data.read())


def main():
    programs = dict(legacy_programs.ALL)
    programs["format_v1"] = V1
    programs["saved_model"] = SAVED_MODEL
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name in sorted(programs):
            print(name)
            record(archive, name, programs[name])
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "goldens.zip"), "wb") as file:
        file.write(memory.getvalue())


if __name__ == "__main__":
    main()
