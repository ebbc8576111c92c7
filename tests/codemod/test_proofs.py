"""Several topics in one program, run on both sides and compared."""

from __future__ import annotations

from codemod_programs import GRAPH, HEAD, PLAIN, SESSION, program

from migrate.verify import assert_same_outputs


def prove(folder, *parts: str) -> None:
    path = folder / "program.py"
    path.write_text(program(*parts))
    assert_same_outputs(path)


def test_fetches_and_feeds(tmp_path):
    prove(
        tmp_path,
        HEAD,
        "keep = tf.placeholder_with_default(2.0, [])\n",
        GRAPH.replace("outputs[:, -1]", "outputs[:, -1] * keep"),
        SESSION,
        """\
        fetches = [train, loss, [pred, state]]


        def next_feed(i):
            return {x: xs[:i + 2], y: ys[:i + 2]}


        for i in range(3):
            feed = next_feed(i)
            if i > 1:
                feed[keep] = 0.5
            _, value, (p, s) = sess.run(fetches, feed)
            print(value, p, s.h)
        r = sess.run([loss, [pred, outputs], {'top': tf.reduce_max(pred)}], {x: xs, y: ys})
        print(r[1][0].shape, r[2]['top'], sess.run([train, loss], {x: xs, y: ys}))
        for k in range(2):
            low = tf.reduce_min(pred)
            print(sess.run((low, low + 1.), {x: xs}))
        """,
    )


def test_lists_and_names(tmp_path):
    prove(
        tmp_path,
        HEAD,
        PLAIN.replace("x =", "x = inputs ="),
        """\
        W = tf.Variable(tf.ones([3, 4]) * 0.1)
        U = tf.Variable(tf.ones([4, 4]) * 0.1)
        h = tf.zeros([4, 4])
        steps = []
        for t in range(5):
            h = tf.tanh(tf.matmul(x[:, t], W) + tf.matmul(h, U))
            steps.append(h)
        steps.append(h * 2.)
        first, last = steps[0], steps[-1]
        first, last = last, first
        x = tf.stack(steps, 1)
        x = tf.nn.relu(x)
        x += 1.
        variables = 0.5
        loss = tf.reduce_mean(x) * variables
        train = tf.train.AdagradOptimizer(0.1).minimize(loss)
        """,
        SESSION,
        """\
        for i in range(2):
            print(sess.run([train, loss, first, last], {inputs: xs})[1:])
        print(sess.run(x, {inputs: xs}).sum(), sess.run(W))
        """,
    )


def test_states_and_sessions_in_functions(tmp_path):
    prove(
        tmp_path,
        HEAD,
        """\


        def main(_):
            x = tf.placeholder(tf.float32, [4, 5, 3])
            cell = tf.nn.rnn_cell.MultiRNNCell([tf.nn.rnn_cell.BasicLSTMCell(4) for _ in range(2)])
            start = cell.zero_state(4, tf.float32)
            outputs, final = tf.nn.dynamic_rnn(cell, x, initial_state=start)

            def step(sess, state):
                return sess.run([outputs, final], feed_dict={x: xs, start: state})

            with tf.Session() as sess:
                tf.global_variables_initializer().run()
                state = sess.run(start)
                for i in range(3):
                    o, state = step(sess, state)
                    print(o.sum())


        if __name__ == '__main__':
            tf.app.run()
        """,
    )
