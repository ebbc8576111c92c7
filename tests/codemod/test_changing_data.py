"""What a statement of the graph reads, TF1 read once: programs that change it afterwards are refused, not wrong."""

from __future__ import annotations

import pytest
from codemod_programs import HEAD, PLAIN, migrated, program, refused_at, trained

RUN = "print(tf.Session().run(out, {x: xs}))\n"
CHANGES = {
    "item": "data = [1., 2.]\nOUT = x * data[0]\ndata[0] = 5.\n",
    "append": "data = [1., 2.]\nOUT = x * len(data)\ndata.append(3.)\n",
    "shuffle": "data = np.ones(3, 'f')\nOUT = x * data\nnp.random.shuffle(data)\n",
    "in place": "data = np.ones(3, 'f')\nOUT = x * data\ndata *= 2\n",
    "dict": "data = {'k': 2.}\nOUT = x * data['k']\ndata['k'] = 3.\n",
    "attribute": "class Box:\n    k = 2.\n\n\ndata = Box()\nOUT = x * data.k\ndata.k = 3.\n",
    "rebound": "data = 2.\nOUT = x * data\ndata = 3.\n",
    "walrus": "data = 2.\nOUT = x * data\nif (data := 3.) > 1:\n    pass\n",
    "with": "data = 2.\nOUT = x * data\nwith open('/dev/null') as data:\n    pass\n",
    "loop target": "data = 2.\nOUT = x * data\nfor data in range(2):\n    pass\n",
    "global": "data = 2.\nOUT = x * data\n\n\ndef change():\n    global data\n    data += 1\n\n\nchange()\n",
    "through a function": "data = [2.]\nOUT = x * data[0]\n\n\ndef change():\n    data[0] = 3.\n\n\n"
    "def more():\n    change()\n\n\nmore()\n",
    "helper": "data = 0.\n\n\ndef net(t):\n    global data\n    data += 1\n    return t * data\n\n\n"
    "OUT = net(net(x))\n",
}


@pytest.mark.parametrize("change", CHANGES)
def test_data_that_changes_after_it_was_read(change):
    source = program(HEAD, PLAIN, CHANGES[change], RUN).replace("OUT", "out")
    refused_at(source, "out = ", "rebound-name")


@pytest.mark.parametrize(
    "use",
    [
        "for i in range(3):\n    m = pred * i\n    print(sess.run(m, {x: xs}))\n",
        "for i in range(3):\n    print(sess.run(pred * i, {x: xs}))\n",
        "k = 2.\nprint(sess.run(pred * k, {x: xs}))\nk = 3.\nprint(sess.run(pred * k, {x: xs}))\n",
        "print([sess.run(pred * k, {x: xs}) for k in (1., 2.)])\n",
        "def f(k):\n    return sess.run(pred * k, {x: xs})\n\n\nprint(f(2.), f(3.))\n",
    ],
)
def test_values_of_the_moment_in_what_is_fetched(use):
    source = trained(use)
    line = next(line for line in use.splitlines() if "pred *" in line)
    refused_at(source, line, "rebound-name")


def test_data_that_is_ready_before_the_graph_reads_it():
    text = migrated(
        program(
            HEAD,
            PLAIN,
            """\
            words = []
            for word in 'a b c'.split():
                words.append(word)


            def load():
                words.append('d')
                local = [1]
                local.append(2)
                return local


            local = load()
            out = x * float(len(words))
            local.append(3)
            """,
            RUN,
            "log = []\nfor i in range(2):\n    log.append(i)\n",
        )
    )
    assert "return x * float(len(words))" in text


def test_names_that_trade_places():
    text = migrated(
        program(HEAD, PLAIN, "p, q = x * 2, x + 1\np, q = q, p\n", "print(tf.Session().run([p, q], {x: xs}))\n")
    )
    assert "p, q = q, p" in text


def test_lists_that_are_filled_with_tensors():
    text = migrated(
        program(
            HEAD,
            PLAIN,
            """\
            parts = [tf.nn.relu(x)]
            two = parts[0] * 2.
            parts.append(two)
            steps = []
            for t in range(5):
                steps.append(x[:, t])
            out = tf.add_n(parts) + tf.stack(steps, 1)
            names = []
            names.append('kept')
            """,
            RUN,
        )
    )
    body = text[text.index("def compute_out") : text.index("names = []")]
    assert "parts.append(two)" in body and "steps = []" in body and "steps.append(x[:, t])" in body


def test_locals_of_the_training_step_do_not_cover_names_of_the_program():
    source = trained("print(sess.run([train, loss], {x: xs, y: ys})[1])\n")
    source = source.replace("train =", "loss = loss * variables * gradients\ntrain =")
    source = source.replace("x = tf.pl", "variables = 2.\ngradients = 3.\nx = tf.pl")
    text = migrated(source)
    assert "variables_2 = tape.watched_variables()" in text
    assert "apply_gradients(zip(gradients_2, variables_2))" in text
    refused_at(source.replace("gradients", "tape"), "loss = loss *", "name-versions")


def test_conditions_on_tensors_and_random_data():
    refused_at(program(HEAD, PLAIN, "out = x * np.random.rand()\n", RUN), "np.random.rand()", "python-in-graph")
    refused_at(program(HEAD, PLAIN, "it = iter([1., 2.])\nout = x * next(it)\n", RUN), "next(it)", "python-in-graph")
