"""`python -m tf1rnn SCRIPT [ARGS]`."""

from tf1rnn.cli import main_of_module

main_of_module()
