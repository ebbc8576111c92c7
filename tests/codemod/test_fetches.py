"""What a run gives back has the structure that the program wrote."""

from __future__ import annotations

from codemod_programs import HEAD, PLAIN, SESSION, has_line, migrated, program, refused_at, trained

FED = "{x: xs, y: ys}"


def test_inner_lists_tuples_and_dicts_are_kept():
    text = migrated(
        trained(
            f"""\
            r = sess.run([loss, [pred, outputs]], {FED})
            q = sess.run([loss, pred, outputs], {FED})
            (l, [p, o]), _ = sess.run(((loss, [pred, outputs]), train), {FED})
            d = sess.run({{'a': loss, 'b': pred}}, {FED})
            e = sess.run({{'b': loss, 'a': pred}}, {FED})
            v = sess.run({{'w': [W, b]}})
            print(r, q, l, p, o, d, e, v)
            """
        )
    )
    assert has_line(text, "return loss, [pred, outputs]")
    assert has_line(text, "return loss, pred, outputs")
    assert has_line(text, "return {'a': loss, 'b': pred}")
    assert has_line(text, "return {'b': loss, 'a': pred}")
    assert "(l, [p, o]) = " in text
    assert "{'w': [W, b]}" in text


def test_training_operations_leave_none_in_their_place():
    text = migrated(
        trained(
            f"""\
            r = sess.run([train, loss], {FED})
            first, *rest = sess.run([loss, pred, train], {FED})
            d = sess.run({{'loss': loss, 'train': train}}, {FED})
            t = sess.run((loss, pred), {FED})
            print(r[1], first, rest, d['loss'], t, sess.run(train, {FED}))
            """
        )
    )
    assert has_line(text, "r = [None, train_step(xs, ys).numpy()]")
    assert ", None]" in text
    assert "{'train': None, **" in text
    assert "t = tuple(value.numpy() for value in evaluate(xs, ys))" in text
    refused_at(trained(f"print(sess.run([loss, train, pred], {FED}))\n"), "print(sess", "fetch-form")


def test_lists_of_fetches_in_names():
    text = migrated(
        trained(
            f"""\
            fetches = [train, loss, pred]  # what to fetch
            _, value, p = sess.run(fetches, {FED})
            print(value, p)
            """
        )
    )
    assert "fetches =" not in text and "# what to fetch" in text
    assert has_line(text, "value, p = (value.numpy() for value in train_step(xs, ys))")
    again = trained(f"ops = [train, loss]\nloss = 3\nprint(sess.run(ops, {FED}))\n")
    refused_at(again, "ops = [", "fetch-form")
    chosen = trained(f"print(sess.run([train, loss] if len(xs) else [loss, pred], {FED})[-1])\n")
    refused_at(chosen, "print(sess", "fetch-form")


def test_expressions_over_several_lines():
    text = migrated(trained(f"print(sess.run([tf.reduce_sum(\n    pred), loss\n    + 1.], {FED}))\n"))
    assert "return (tf.reduce_sum(" in text


def test_results_used_in_place():
    text = migrated(
        trained(
            f"""\
            r = sess.run([loss, pred], {FED})
            print(r[1:][0].shape, r[-1], len(r))
            print('{{:.3f}} {{}}'.format(*sess.run([loss, pred], {FED})))
            acc = np.mean(np.argmax(sess.run(pred, {{x: xs}}), 1) == np.argmax(ys, 1))
            assert sess.run(loss, {FED}) > 0, 'bad'
            """
        )
    )
    assert has_line(text, "acc = np.mean(np.argmax(predict(xs).numpy(), 1) == np.argmax(ys, 1))")
    assert has_line(text, "assert compute_loss(xs, ys).numpy() > 0, 'bad'")


STACK = """\
cells = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4), tf.nn.rnn_cell.BasicLSTMCell(3)])
o, st = tf.nn.dynamic_rnn(cells, x, dtype=tf.float32)
"""


def test_parts_of_fetched_states():
    text = migrated(
        program(
            HEAD,
            PLAIN,
            STACK,
            SESSION,
            """\
            s = sess.run(st, {x: xs})
            print(s[0].c, s[-1].h)
            first, second = sess.run(st, {x: xs})
            print(first.c, second[1])
            for layer in s:
                print(layer.h)
            print([one.c.shape for one in s])
            top = s[-1]
            print(top.h)
            """,
        )
    )
    for line in (
        "print(s[0][0], s[-1][1])",
        "print(first[0], second[1])",
        "print(layer[1])",
        "print([one[0].shape for one in s])",
        "print(top[1])",
    ):
        assert has_line(text, line)


def test_parts_of_fetched_states_that_cannot_be_seen():
    use = "def norm(state):\n    return (state.c ** 2).sum()\n\n\nprint(norm(sess.run(st, {x: xs})[0]))\n"
    refused_at(program(HEAD, PLAIN, STACK, SESSION, use), "state.c", "state-attribute")


def test_reads_and_writes_in_one_run():
    refused_at(trained("half = W.assign(W * .5)\nprint(sess.run([half, pred], {x: xs}))\n"), "[half", "racy-fetch")
    refused_at(trained(f"print(sess.run([train, W * 2], {FED}))\n"), "[train, W", "racy-fetch")
