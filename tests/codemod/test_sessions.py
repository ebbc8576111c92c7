"""Sessions in all their forms leave no trace, and what they ran is called."""

from __future__ import annotations

import pytest
from codemod_programs import GRAPH, HEAD, SESSION, has_line, line_of, migrated, program, refusal, refused_at, trained

STEP = "_, value = sess.run([train, loss], {x: xs, y: ys})\n"
FORMS = {
    "assigned": SESSION + STEP,
    "with": "with tf.Session() as sess:\n    sess.run(tf.global_variables_initializer())\n    " + STEP,
    "config": "config = tf.ConfigProto()\nconfig.gpu_options.allow_growth = True\n"
    "sess = tf.Session(config=config)\nsess.run(tf.initialize_all_variables())\n" + STEP + "sess.close()\n",
    "as_default": "with tf.Session().as_default() as sess:\n    tf.global_variables_initializer().run()\n    " + STEP,
    "interactive": "sess = tf.InteractiveSession()\ntf.global_variables_initializer().run()\n" + STEP,
    "init name": "init = tf.group(tf.global_variables_initializer(), tf.local_variables_initializer())\n"
    "sess = tf.Session()\nsess.run(init)\n" + STEP,
    "initializers": "sess = tf.Session()\nsess.run([W.initializer, tf.global_variables_initializer()])\n" + STEP,
    "finalized": SESSION + "sess.graph.finalize()\n" + STEP,
    "try": "sess = tf.Session()\ntry:\n    sess.run(tf.global_variables_initializer())\n    "
    + STEP
    + "finally:\n    sess.close()\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_session_becomes_a_call(form):
    text = migrated(program(HEAD, GRAPH, FORMS[form], "print(value)\n"))
    assert has_line(text, "value = train_step(xs, ys).numpy()")
    assert "ess" not in text.replace("Assess", "").split("def train_step")[1]  # no session, no sess


def test_eval_and_run_of_tensors_and_operations():
    text = migrated(
        program(
            HEAD,
            GRAPH,
            """\
            sess = tf.InteractiveSession()
            tf.global_variables_initializer().run()
            train.run({x: xs, y: ys})
            train.run(feed_dict={x: xs, y: ys}, session=sess)
            print(loss.eval({x: xs, y: ys}), W.eval(), tf.constant(2).eval())
            """,
        )
    )
    assert text.count("\ntrain_step(xs, ys)") == 2
    for value in ("compute_loss(xs, ys).numpy()", "W.numpy()", "tf.constant(2).numpy()"):
        assert value in text


def test_functions_that_are_given_the_session():
    text = migrated(
        trained(
            """\
            def step(session, a, b_=ys):
                _, value = session.run([train, loss], {x: a, y: b_})
                return value


            print(step(sess, xs), step(session=sess, a=xs))
            """
        )
    )
    assert "def step(a, b_=ys):" in text
    assert has_line(text, "print(step(xs), step(a=xs))")


def test_graph_object_and_main_and_app_run():
    body = (
        "graph = tf.Graph()\nwith graph.as_default():\n"
        + "".join(f"    {line}\n" for line in GRAPH.splitlines())
        + "with tf.Session(graph=graph) as sess:\n    sess.run(tf.global_variables_initializer())\n"
        + "    print(sess.run([train, loss], {x: xs, y: ys})[1])\n"
    )
    main = "def main(argv):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    start = "\n\nif __name__ == '__main__':\n    tf.app.run()\n"
    text = migrated(program(HEAD, "\n\n", main, start))
    assert "import sys" in text and has_line(text, "main(sys.argv)")
    text = migrated(program(HEAD, "\n\n", main + "    return 0\n", start))
    assert has_line(text, "sys.exit(main(sys.argv))")


def test_loops_with_runs_inside_expressions():
    text = migrated(
        trained(
            """\
            n = 0
            get = lambda a: sess.run(loss, feed_dict={x: a, y: ys})
            while (value := get(xs)) > 0 and n < 3:
                n += 1
                print(f"{n}: {value:.3f} {sess.run(pred, {x: xs})[0, 0]:.3f}")
            values = [sess.run([train, loss], {x: xs, y: ys})[1] for _ in range(3)]
            total = sum(sess.run(loss, {x: xs, y: ys}) for _ in range(2))
            print({k: sess.run(loss, {x: xs, y: ys}) for k in 'ab'}, values, total)
            """
        )
    )
    assert "{predict(xs).numpy()[0, 0]:.3f}" in text
    assert has_line(text, "values = [train_step(xs, ys).numpy() for _ in range(3)]")
    assert has_line(text, "total = sum(compute_loss(xs, ys).numpy() for _ in range(2))")


def test_operations_made_in_a_loop_stand_before_it():
    text = migrated(
        trained(
            """\
            for i in range(3):
                if i > 0:
                    top = tf.reduce_max(pred)
                    print(sess.run([top, top + 1.], {x: xs}))
            """
        )
    )
    assert text.index("def evaluate(") < text.index("for i in range(3)")


def test_variables_initialised_again():
    source = trained("sess.run(train, {x: xs, y: ys})\nsess.run(tf.global_variables_initializer())  # again\n")
    refused_at(source, "# again", "initialised-again")
    source = program(
        HEAD, GRAPH, "sess = tf.Session()\nfor i in range(2):\n    sess.run(tf.global_variables_initializer())\n"
    )
    refused_at(source, "    sess.run(tf.global", "initialised-again")


def test_the_graph_as_an_object():
    refused_at(trained("t = sess.graph.get_tensor_by_name('add:0')\n"), "get_tensor_by_name", "session-attribute")


def test_attributes_of_the_program_that_are_names_of_modules():
    source = trained("print(sess.run(loss, {x: xs, y: ys}), keras)\n").replace("x = tf.pl", "keras = 3\nx = tf.pl")
    refused_at(source, "keras = 3", "name-versions")
    source = (
        "import tensorflow as flow\ntf = 3\nx = flow.placeholder(flow.float32)\nprint(flow.Session().run(x, {x: tf}))\n"
    )
    refused_at(source, "tf = 3", "name-versions")


def test_sessions_side_by_side_on_one_graph() -> None:
    first = "first = tf.Session()\nsecond = tf.Session()\ninit = tf.global_variables_initializer()\n"
    runs = "first.run(init)\nsecond.run(init)\nfirst.run(train, {x: xs, y: ys})\n"
    end = "print(first.run(loss, {x: xs, y: ys}), second.run(loss, {x: xs, y: ys}))\n"
    source = program(HEAD, GRAPH, first, runs, end)
    assert refusal(source)[1] == "several-sessions"
    migrated(source.replace("second.run(init)\n", "").replace("second.run", "first.run"))


def test_waiting_for_variables_without_a_value() -> None:
    wait = "try:\n    print(sess.run(b))\nexcept (ValueError, tf.errors.FailedPreconditionError):\n    pass\n"
    source = program(HEAD, GRAPH, "sess = tf.Session()\n", wait, "sess.run(tf.global_variables_initializer())\n")
    assert refusal(source) == (line_of(source, "except"), "uninitialised")


def test_the_session_of_a_variables_eval() -> None:
    source = trained("sess.run(train, {x: xs, y: ys})\nprint(b.eval(sess), W.eval(session=sess))\n")
    assert "print(b.numpy(), W.numpy())" in migrated(source)
