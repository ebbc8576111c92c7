"""Refusal codes of files: reading, programs of several files, proving and writing."""

from __future__ import annotations

from migrate.report.refusals import Description

FILES = (
    Description(
        "changed-meanwhile",
        "The file was changed on disk between reading and writing; your version was kept.",
        "Run the command again.",
        "saving the file in an editor while tf1rnn-migrate runs",
    ),
    Description(
        "encoding",
        "The bytes of the file are not text in the encoding it declares (UTF-8 if it declares none).",
        "Save it as UTF-8, or declare its encoding in the first line.",
        "# a latin-1 file without the line\n# -*- coding: latin-1 -*-",
    ),
    Description(
        "internal-error",
        "tf1rnn-migrate itself failed on this file, which stays as it is; the others are not affected.",
        "Report it with the file: this is a bug.",
        "ValueError: ...",
    ),
    Description(
        "multi-file",
        "The program has TensorFlow code in several files; for now it has to be in one.",
        "Put the TensorFlow code into one file, or migrate the program by hand.",
        "from model import Model  # model.py builds the graph, this file trains it",
    ),
    Description(
        "no-such-file",
        "There is no file or folder of this name.",
        "Check the path.",
        "tf1rnn-migrate typo.py",
    ),
    Description(
        "not-equal",
        "Under --verify the migrated program gave other values than the legacy program; it was not written.",
        "Look at the table for the first line that differs, and report it with the file.",
        "tf1rnn-migrate train.py --verify",
    ),
    Description(
        "not-proven",
        "Under --verify one of the two programs did not run, or made no call to compare.",
        "Make the legacy program run by itself first (its data, its arguments), or raise --timeout.",
        "tf1rnn-migrate needs_missing_data.py --verify",
    ),
    Description(
        "not-writable",
        "The file or its folder is read-only, or the disk is full; the old contents are untouched.",
        "Change the permissions, or write elsewhere with --out DIR.",
        "chmod a-w train.py && tf1rnn-migrate train.py",
    ),
    Description(
        "notebook",
        "Jupyter notebooks are not migrated.",
        "Export the code with `jupyter nbconvert --to script`, and migrate that.",
        "tf1rnn-migrate lesson.ipynb",
    ),
    Description(
        "python2",
        "The file is Python 2, which no Python that runs TensorFlow 2 can read.",
        "Convert it to Python 3 first, for example with `2to3 -w`.",
        'print "loss", loss',
    ),
    Description(
        "syntax-error",
        "The file does not parse as Python; it counts as unreadable input (exit status 2).",
        "Correct the line.",
        "def train(:",
    ),
    Description(
        "too-deep",
        "An expression or block is nested so deeply that it cannot be read.",
        "Split it into several statements.",
        "total = 1 + 1 + 1 + ...  # a thousand times",
    ),
    Description(
        "uncommitted",
        "The file has changes that are not committed to git, or is not in git at all.",
        "Commit it first, or use --allow-dirty, --out DIR or --diff.",
        "echo '# todo' >> train.py && tf1rnn-migrate train.py",
    ),
    Description(
        "unreadable",
        "The file or folder cannot be read.",
        "Check its permissions.",
        "chmod a-r train.py && tf1rnn-migrate train.py",
    ),
)
