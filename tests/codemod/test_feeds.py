"""Dicts of placeholders become dicts of parameter names, however they are built."""

from __future__ import annotations

from codemod_programs import GRAPH, HEAD, SESSION, has_line, migrated, program, refused_at, trained

DEFAULT = "keep = tf.placeholder_with_default(2.0, [])\n"
SCALED = DEFAULT + GRAPH.replace("outputs[:, -1]", "outputs[:, -1] * keep")


def test_dicts_built_step_by_step():
    text = migrated(
        trained(
            """\
            for i in range(2):
                feed = {}
                feed[x] = xs
                feed[y] = ys * i
                _, value = sess.run([train, loss], feed_dict=feed)
            base = dict()
            base[x] = xs
            print(value, sess.run(pred, base))
            base.update({y: ys})
            print(sess.run(loss, base))
            """
        )
    )
    for line in ('feed["x"] = xs', "value = train_step(**feed).numpy()", 'base.update({"y": ys})'):
        assert has_line(text, line)
    assert 'predict(x=base["x"])' in text


def test_copies_are_copies_and_second_names_are_not():
    text = migrated(
        trained(
            """\
            feed = {x: xs, y: ys}
            copied = feed.copy()
            again = dict(feed)
            same = feed
            same[y] = ys * 0
            print(sess.run(loss, feed), sess.run(loss, copied), sess.run(loss, again), feed[x].shape)
            """
        )
    )
    assert has_line(text, "copied = feed.copy()") and has_line(text, "again = dict(feed)")
    assert 'feed["x"].shape' in text


def test_keys_that_are_there_sometimes():
    text = migrated(
        program(
            HEAD,
            SCALED,
            SESSION,
            """\
            for i in range(3):
                feed = {x: xs, y: ys}
                if i > 0:
                    feed[keep] = 0.5
                print(sess.run(loss, feed))
            other = {x: xs, y: ys, keep: 0.5}
            del other[keep]
            print(sess.run(loss, other))
            """,
        )
    )
    assert 'keep=feed.get("keep", keep)' in text
    assert 'keep=other.get("keep", keep)' in text


def test_functions_that_return_feeds():
    text = migrated(
        trained(
            """\
            def next_feed(i):
                return {x: xs[:i + 2], y: ys[:i + 2]}


            for i in range(2):
                fd = next_feed(i)
                _, value = sess.run([train, loss], fd)
                print(value, sess.run(loss, next_feed(i)))
            """
        )
    )
    assert has_line(text, 'return {"x": xs[:i + 2], "y": ys[:i + 2]}')
    assert has_line(text, "value = train_step(**fd).numpy()")
    assert "compute_loss(**next_feed(i))" in text


def test_placeholders_under_several_names():
    text = migrated(
        program(
            HEAD,
            """\
            x = first = tf.placeholder(tf.float32, [None, 3])
            second = x
            x = tf.nn.relu(x)
            """,
            SESSION,
            "print(sess.run(x, {first: xs[:, 0]}), sess.run(x, {second: xs[:, 0]}))\n",
        )
    )
    assert text.count("(xs[:, 0])") == 2


def test_uses_that_would_see_the_keys():
    for use in ("print(x in feed)", "for key in feed:\n    print(key)", "feed.pop(y)", "print(list(feed.items()))"):
        refused_at(trained(f"feed = {{x: xs, y: ys}}\n{use}\nprint(sess.run(loss, feed))\n"), use[:9], "feed-form")


def test_feeds_the_source_does_not_show():
    source = trained("data = [xs, ys]\nprint(sess.run(loss, dict(zip([x, y], data))))\n")
    refused_at(source, "dict(zip", "feed-form")
    refused_at(trained("print(sess.run(loss, {pred: ys, y: ys}))\n"), "{pred", "fed-tensor")
    refused_at(trained("print(sess.run(loss, {x: xs}))\n"), "{x: xs}", "unfed-placeholder")


def test_a_dict_of_zipped_lists() -> None:
    text = migrated(trained("feed = dict(zip([x, y], [xs, ys]))\nsess.run(train, feed)\n"))
    assert has_line(text, 'feed = {"x": xs, "y": ys}') and has_line(text, "train_step(**feed)")
    assert has_line(migrated(trained("sess.run(train, dict(zip((x, y), (xs, ys))))\n")), "train_step(xs, ys)")


def test_a_dict_spread_into_another() -> None:
    named = "both = {**feed, y: ys}\nsess.run(train, both)\n"
    text = migrated(trained("feed = {x: xs}\nsess.run(train, {**feed, y: ys})\n" + named))
    assert has_line(text, 'train_step(**{**feed, "y": ys})') and has_line(text, 'both = {**feed, "y": ys}')


def test_a_spread_dict_of_unknown_keys() -> None:
    line = "sess.run(train, {**dict(a=1), y: ys})"
    refused_at(trained(line + "\n"), line, "feed-form")
