"""Small programs around a model, whose results TensorFlow 1.15.5 was asked for: tables, optimizers, data, loops.

Written for every Python from 3.7 on, like `graph_cases.py`. A program is a function of (tf, an empty folder) in a
fresh graph that returns {name: value}.
"""

from __future__ import annotations

import os
from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np

PROGRAMS: dict[str, Callable[[Any, str], dict[str, Any]]] = {}
WRONG: dict[str, Callable[[Any], Any]] = {}


def program(function: Any) -> Any:
    PROGRAMS[function.__name__] = function
    return function


def wrong(function: Any) -> Any:
    WRONG[function.__name__] = function
    return function


def run(tf: Any, name: str, folder: str) -> dict[str, np.ndarray]:
    """The results of a program, as arrays."""
    with tf.Graph().as_default():
        tf.set_random_seed(3)
        found = PROGRAMS[name](tf, folder)
    return {key: _plain(value) for key, value in found.items()}


def _plain(value: Any) -> np.ndarray:
    array = np.asarray(value)
    return array.astype("S") if array.dtype.kind in "OU" else array


def raised(tf: Any, name: str) -> str:
    """The class of error that something wrong raises."""
    with tf.Graph().as_default():
        try:
            WRONG[name](tf)
        except Exception as error:
            return type(error).__name__
    return ""


def _run(tf: Any, fetches: Any, *first: Any) -> Any:
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(tf.local_variables_initializer())
        sess.run(tf.tables_initializer())
        for each in first:
            sess.run(each)
        return sess.run(fetches)


def _file(folder: str, name: str, text: str) -> str:
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


@program
def tables_from_tensors(tf: Any, folder: str) -> dict[str, Any]:
    lookup = tf.contrib.lookup
    words = tf.constant([["emerson", "lake"], ["and", "palmer"]])
    mapping = tf.constant(["emerson", "lake", "palmer"])
    numbers = tf.constant([[3, 1], [4, 7]])
    sparse = tf.SparseTensor([[0, 0], [1, 2]], ["palmer", "who"], [2, 3])
    plain = lookup.index_table_from_tensor(mapping)
    buckets = lookup.index_table_from_tensor(mapping, num_oov_buckets=4)
    strong = lookup.index_table_from_tensor(
        mapping, num_oov_buckets=50, hasher_spec=lookup.StrongHashSpec([3, 9]), name="strong"
    )
    ints = lookup.index_table_from_tensor(np.array([7, 3, 5], np.int32), num_oov_buckets=5, dtype=tf.int32)
    longs = lookup.index_table_from_tensor(np.array([7, 3, 5], np.int64), default_value=-9, dtype=tf.int64)
    back = lookup.index_to_string_table_from_tensor(mapping)
    found = {
        "plain": plain.lookup(words),
        "plain_size": plain.size(),
        "buckets": buckets.lookup(words),
        "buckets_size": buckets.size(),
        "strong": strong.lookup(words),
        "sparse": buckets.lookup(sparse).values,
        "ints": ints.lookup(numbers),
        "longs": longs.lookup(tf.cast(numbers, tf.int64)),
        "back": back.lookup(tf.constant([2, 0, 9], tf.int64)),
        "older": lookup.string_to_index(words, mapping, default_value=-3),
        "older_back": lookup.index_to_string(tf.constant([1, 5], tf.int64), mapping, default_value="none"),
        "older_table": lookup.string_to_index_table_from_tensor(mapping, 2).lookup(words),
    }
    found = _run(tf, found)
    found["initializers"] = len(tf.get_collection(tf.GraphKeys.TABLE_INITIALIZERS))
    return found


@program
def tables_from_files(tf: Any, folder: str) -> dict[str, Any]:
    lookup = tf.contrib.lookup
    path = _file(folder, "words.txt", "emerson\nlake\npalmer\n")
    columns = _file(folder, "columns.txt", "a,10\nb,20\nc,30\n")
    numbers = _file(folder, "numbers.txt", "42\n1\n-1000\n")
    words = tf.constant(["emerson", "lake", "and", "palmer"])
    found = {
        "plain": lookup.index_table_from_file(path).lookup(words),
        "buckets": lookup.index_table_from_file(path, num_oov_buckets=3, vocab_size=2).lookup(words),
        "default": lookup.index_table_from_file(vocabulary_file=path, default_value=0, name="vocabulary").lookup(words),
        "ints": lookup.index_table_from_file(numbers, key_dtype=tf.int64).lookup(tf.constant([1, 42, 5], tf.int64)),
        "column": lookup.index_table_from_file(columns, key_column_index=0, value_column_index=1, delimiter=",").lookup(
            tf.constant(["b", "z"])
        ),
        "back": lookup.index_to_string_table_from_file(path).lookup(tf.constant([2, 7], tf.int64)),
        "back_default": lookup.index_to_string_table_from_file(path, vocab_size=2, default_value="?").lookup(
            tf.constant([[0, 1], [2, 3]], tf.int64)
        ),
        "older": lookup.string_to_index_table_from_file(path, num_oov_buckets=1).lookup(words),
        "direct": lookup.HashTable(lookup.TextFileIdTableInitializer(path), -1).lookup(words),
        "strings": lookup.HashTable(lookup.TextFileStringTableInitializer(path), "").lookup(tf.constant([1], tf.int64)),
    }
    found = _run(tf, found)
    found["assets"] = len(tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS))
    return found


@program
def tables_directly(tf: Any, folder: str) -> dict[str, Any]:
    lookup = tf.contrib.lookup
    table = lookup.HashTable(lookup.KeyValueTensorInitializer(["a", "b"], [1.5, 2.5]), -1.0)
    mutable = lookup.MutableHashTable(tf.string, tf.int64, -1)
    dense = lookup.MutableDenseHashTable(tf.int64, tf.int64, default_value=-1, empty_key=0, deleted_key=-5)
    inserted = mutable.insert(tf.constant(["x", "y"]), tf.constant([5, 6], tf.int64))
    inserted_dense = dense.insert(tf.constant([3, 4], tf.int64), tf.constant([5, 6], tf.int64))
    with tf.Session() as sess:
        sess.run(table.init)
        sess.run([inserted, inserted_dense])
        path = tf.train.Saver().save(sess, os.path.join(folder, "model"))
        found = sess.run(
            {
                "table": table.lookup(tf.constant(["b", "c"])),
                "size": table.size(),
                "mutable": mutable.lookup(tf.constant(["y", "z"])),
                "dense": dense.lookup(tf.constant([4, 9], tf.int64)),
            }
        )
        sess.run(mutable.insert(tf.constant(["y"]), tf.constant([60], tf.int64)))
        tf.train.Saver().restore(sess, path)
        found["restored"] = sess.run(mutable.lookup(tf.constant(["y", "x"])))
    return found


def _optimized(
    build: Callable[[Any], Any], resource: bool = False, linear: bool = False
) -> Callable[[Any, str], dict[str, Any]]:
    """Three steps on a dense variable and on rows of another, some named twice.

    TensorFlow 1.15.5 leaves open whether weights decay before a gradient reads them: it must not need them.
    """

    def steps(tf: Any, folder: str) -> dict[str, Any]:
        start = np.linspace(-1, 1, 12).reshape(4, 3).astype(np.float32)
        dense = tf.get_variable("dense", initializer=start, use_resource=resource)
        rows = tf.get_variable("rows", initializer=start, use_resource=resource)
        chosen = tf.gather(rows, tf.constant([1, 3, 1]))
        power = tf.identity if linear else tf.square
        loss = tf.reduce_sum(power(dense - 0.3) * [1.0, 2.0, 3.0]) + tf.reduce_sum(power(chosen) * 0.7)
        loss += tf.reduce_sum(chosen * [0.5, 0.1, -0.2])
        step = build(tf).minimize(loss, global_step=tf.train.get_or_create_global_step())
        found = {}
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            for i in range(3):
                found["loss%d" % i] = sess.run(loss)  # noqa: UP031
                sess.run(step)
            found["dense"], found["rows"] = sess.run([dense, rows])
            found["names"] = [v.name for v in tf.global_variables()]
            for v in tf.global_variables():
                if "/" in v.op.name or "power" in v.op.name:
                    found["slot " + v.op.name] = sess.run(v)
        return found

    return steps


PROGRAMS.update(
    {
        "optimizer:lazy_adam": _optimized(lambda tf: tf.contrib.opt.LazyAdamOptimizer(0.1)),
        "optimizer:lazy_adam_resource": _optimized(lambda tf: tf.contrib.opt.LazyAdamOptimizer(0.1, 0.8), True),
        "optimizer:nadam": _optimized(lambda tf: tf.contrib.opt.NadamOptimizer(0.1)),
        "optimizer:nadam_resource": _optimized(lambda tf: tf.contrib.opt.NadamOptimizer(0.1, epsilon=0.1), True),
        "optimizer:adamax": _optimized(lambda tf: tf.contrib.opt.AdaMaxOptimizer(0.1)),
        "optimizer:adamax_resource": _optimized(lambda tf: tf.contrib.opt.AdaMaxOptimizer(0.1, 0.7, 0.9), True),
        "optimizer:adamw": _optimized(lambda tf: tf.contrib.opt.AdamWOptimizer(0.01, 0.1), linear=True),
        "optimizer:adamw_resource": _optimized(lambda tf: tf.contrib.opt.AdamWOptimizer(0.02), True, True),
        "optimizer:momentumw": _optimized(lambda tf: tf.contrib.opt.MomentumWOptimizer(0.01, 0.1, 0.9), linear=True),
        "optimizer:extended": _optimized(
            lambda tf: tf.contrib.opt.extend_with_decoupled_weight_decay(tf.train.AdagradOptimizer)(
                weight_decay=0.1, learning_rate=0.2
            ),
            linear=True,
        ),
        "optimizer:averaged": _optimized(
            lambda tf: tf.contrib.opt.MovingAverageOptimizer(tf.train.AdamOptimizer(0.1), average_decay=0.5)
        ),
    }
)


@program
def weights_that_decay(tf: Any, folder: str) -> dict[str, Any]:
    a, b = tf.get_variable("a", initializer=[1.0, 2.0]), tf.get_variable("b", initializer=[3.0, 4.0])
    loss = tf.reduce_sum(a + 2 * b)
    found = {}
    for way in ("all", "minimize", "apply"):
        opt = tf.contrib.opt.AdamWOptimizer(0.1, 0.01, name=way)
        if way == "apply":
            step = opt.apply_gradients(opt.compute_gradients(loss), decay_var_list=[b])
        else:
            step = opt.minimize(loss, **({} if way == "all" else {"decay_var_list": [b]}))
        found[way + "_a"], found[way + "_b"] = _run(tf, [a, b], step)
    return found


@program
def averages_in_their_place(tf: Any, folder: str) -> dict[str, Any]:
    w = tf.get_variable("w", initializer=[1.0, -2.0])
    opt = tf.contrib.opt.MovingAverageOptimizer(tf.train.GradientDescentOptimizer(0.1), average_decay=0.9)
    step = opt.minimize(tf.reduce_sum(tf.square(w)))
    saver = opt.swapping_saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        for _ in range(3):
            sess.run(step)
        path = saver.save(sess, os.path.join(folder, "model"))
        trained = sess.run(w)
        reader = tf.train.load_checkpoint(path)
        names = sorted(reader.get_variable_to_shape_map())
        return {"trained": trained, "names": names, **{n: reader.get_tensor(n) for n in names}}


@program
def norms_bounded(tf: Any, folder: str) -> dict[str, Any]:
    opt = tf.contrib.opt
    start = np.linspace(-1, 2, 12).reshape(4, 3).astype(np.float32)
    dense, rows = tf.get_variable("dense", initializer=start), tf.get_variable("rows", initializer=start)
    loss = tf.reduce_sum(tf.square(dense)) + tf.reduce_sum(tf.square(tf.gather(rows, [3, 1, 3])))
    inner = tf.train.GradientDescentOptimizer(0.01)
    step = opt.VariableClippingOptimizer(inner, {dense: [0], rows: [1]}, 1.2).minimize(loss)
    pairs = [(tf.constant([3.0]), dense), (None, rows), (tf.constant([4.0]), rows)]
    pairs, norm = opt.clip_gradients_by_global_norm(pairs, 2.5)
    found: dict[str, Any] = {}
    found["dense"], found["rows"] = _run(tf, [dense, rows], step)
    found["first"], found["second"], found["norm"] = _run(tf, [pairs[0][0], pairs[2][0], norm])
    found["third"] = pairs[1][0] is None
    return found


@program
def scipy_minimizes(tf: Any, folder: str) -> dict[str, Any]:
    opt = tf.contrib.opt
    v, u = tf.get_variable("v", initializer=[7.0, 7.0]), tf.get_variable("u", initializer=3.0)
    loss = tf.reduce_sum(tf.square(v - 1.5)) + tf.square(u + v[0])
    seen = []
    found = {}
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        opt.ScipyOptimizerInterface(loss, options={"maxiter": 100}).minimize(
            sess, fetches=[loss], loss_callback=lambda value: seen.append(value)
        )
        found["free"] = sess.run(v)
        found["free_u"] = sess.run(u)
        found["least"] = min(seen)
        opt.ScipyOptimizerInterface(loss, var_list=[v], var_to_bounds={v: ([2.0, -1.0], 3.0)}).minimize(sess)
        found["bounded"] = sess.run(v)
        opt.ScipyOptimizerInterface(loss, equalities=[v[0] - 1.0], inequalities=[v[1] - 2.0], method="SLSQP").minimize(
            sess
        )
        found["constrained"] = sess.run(v)
        found["constrained_u"] = sess.run(u)
    return {key: np.round(np.asarray(value, np.float64), 3) for key, value in found.items()}


def _elements(tf: Any, dataset: Any) -> list[Any]:
    following = tf.data.make_one_shot_iterator(dataset).get_next()
    found = []
    with tf.Session() as sess:
        while True:
            try:
                found.append(sess.run(following))
            except tf.errors.OutOfRangeError:
                return found


@program
def data_transformed(tf: Any, folder: str) -> dict[str, Any]:
    data = tf.contrib.data
    numbers = tf.data.Dataset.range(10)
    lists = numbers.map(lambda n: tf.fill([n % 4], n))
    found = {
        "batches": _elements(tf, numbers.apply(data.batch_and_drop_remainder(4))),
        "padded": np.concatenate(
            [b.reshape(-1) for b in _elements(tf, lists.apply(data.padded_batch_and_drop_remainder(3, [None])))]
        ),
        "enumerated": _elements(tf, numbers.apply(data.enumerate_dataset(5))),
        "unbatched": _elements(tf, numbers.batch(5).apply(data.unbatch())),
        "mapped": _elements(tf, numbers.apply(data.map_and_batch(lambda n: n * 2, 5))),
        "interleaved": sorted(
            _elements(
                tf,
                numbers.apply(
                    data.parallel_interleave(lambda n: tf.data.Dataset.from_tensors(n).repeat(2), cycle_length=2)
                ),
            )
        ),
        "sloppy": sorted(
            _elements(tf, numbers.apply(data.sloppy_interleave(lambda n: tf.data.Dataset.from_tensors(n), 2)))
        ),
        "shuffled": sorted(_elements(tf, numbers.apply(data.shuffle_and_repeat(4, 2, seed=1)))),
        "windows": np.concatenate(
            _elements(
                tf,
                numbers.apply(
                    data.group_by_window(lambda n: n % 2, lambda key, window: window.batch(3), window_size=3)
                ),
            )
        ),
        "sliding": _elements(tf, numbers.apply(data.sliding_window_batch(3, stride=2))),
        "sliding_apart": _elements(tf, numbers.apply(data.sliding_window_batch(3, window_shift=1, window_stride=2))),
        "sum": _run(
            tf,
            data.reduce_dataset(
                numbers,
                data.Reducer(lambda _: tf.constant(0, tf.int64), lambda total, n: total + n, lambda total: total),
            ),
        ),
        "autotune": data.AUTOTUNE,
    }
    buckets = lists.apply(
        data.bucket_by_sequence_length(lambda row: tf.shape(row)[0], [2], [2, 3], padded_shapes=[None])
    )
    found["buckets"] = np.concatenate([b.reshape(-1) for b in _elements(tf, buckets)])
    checked = numbers.batch(2).apply(data.assert_element_shape(tf.TensorShape([2])))
    found["checked"] = _elements(tf, checked)
    pairs = tf.data.Dataset.zip((numbers, numbers.map(lambda n: -n)))
    found["sliding_pairs"] = _elements(tf, pairs.apply(data.sliding_window_batch(2, window_shift=4)))
    return found


@program
def words_to_numbers(tf: Any, folder: str) -> dict[str, Any]:
    text = tf.contrib.learn.preprocessing
    documents = ["I love Python-3, don't I?", "PyCharm USA TFLearn", "love love US", ""]
    processor = text.VocabularyProcessor(6)
    found: dict[str, Any] = {"all": list(processor.fit_transform(documents))}
    path = os.path.join(folder, "vocabulary")
    processor.save(path)
    again = text.VocabularyProcessor.restore(path)
    found["again"] = list(again.transform(["love unknown PyCharm"]))
    found["back"] = list(again.reverse(found["again"]))
    found["size"] = len(processor.vocabulary_)
    found["mapping"] = sorted(processor.vocabulary_._mapping.items(), key=lambda item: item[1])
    seldom = text.VocabularyProcessor(4, min_frequency=1)
    found["seldom"] = list(seldom.fit_transform(documents))
    own = text.VocabularyProcessor(3, tokenizer_fn=lambda lines: (line.split("-") for line in lines))
    found["own"] = list(own.fit_transform(["a-b-a", "c-a"]))
    vocabulary = text.CategoricalVocabulary(unknown_token="?")
    for word in ["b", "a", "c", "a", "b", "d", "a"]:
        vocabulary.add(word)
    vocabulary.add("d", 4)
    vocabulary.trim(1, 5)
    vocabulary.freeze()
    found["trimmed"] = [vocabulary.get(word) for word in "abcd?"]
    found["trimmed_back"] = [vocabulary.reverse(i) for i in range(len(vocabulary))]
    bytes_ = text.ByteProcessor(max_document_length=8)
    found["bytes"] = list(bytes_.fit_transform(["abc", "\u00e4\u00f6\u00fc12345"]))
    found["bytes_back"] = [s.encode("utf-8") for s in bytes_.reverse(found["bytes"])]
    found["pattern"] = text.TOKENIZER_RE.pattern
    return found


@program
def small_data_sets(tf: Any, folder: str) -> dict[str, Any]:
    base = tf.contrib.learn.datasets.base
    headed = _file(folder, "headed.csv", "2,3,a,b\n1,2,3,0\n4,5,6,1\n")
    bare = _file(folder, "bare.csv", "1,2,x\n3,4,y\n5,6,z\n")
    first = base.load_csv_with_header(headed, np.int32, np.float32)
    second = base.load_csv_without_header(bare, str, np.float64, target_column=2)
    base.shrink_csv(bare, 2)
    with open(os.path.join(folder, "bare_small.csv")) as file:
        small = file.read()
    return {
        "data": first.data, "target": first.target, "bare": second.data, "bare_target": second.target, "small": small,
        "there": os.path.basename(base.maybe_download("bare.csv", folder, "http://nowhere.invalid")),
        "modes": [getattr(tf.contrib.learn.ModeKeys, n) for n in ("TRAIN", "EVAL", "INFER")],
    }  # fmt: skip


def _model(tf: Any, layers: Any) -> Any:
    x = tf.constant(np.linspace(-1, 1, 12).reshape(4, 3).astype(np.float32))
    start = tf.constant_initializer(0.3)
    with tf.contrib.framework.arg_scope([layers.fully_connected], weights_initializer=start, activation_fn=tf.tanh):
        hidden = layers.fully_connected(x, 2, scope="hidden")
        return layers.fully_connected(hidden, 1, activation_fn=None, scope="out")


@program
def slim_trains(tf: Any, folder: str) -> dict[str, Any]:
    slim = tf.contrib.slim
    y = _model(tf, slim)
    slim.losses.mean_squared_error(y, tf.ones([4, 1]))
    counter = tf.get_variable("counter", initializer=0.0, trainable=False)
    tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(counter, 1.0))
    op = slim.learning.create_train_op(
        slim.losses.get_total_loss(), tf.train.GradientDescentOptimizer(0.1), clip_gradient_norm=0.4,
        gradient_multipliers={"out/weights": 2.0}, summarize_gradients=True,
    )  # fmt: skip
    last = slim.learning.train(op, folder, number_of_steps=4, log_every_n_steps=2)
    found = {"last": last, "summaries": sorted(s.op.name for s in tf.get_collection(tf.GraphKeys.SUMMARIES))}
    path = tf.train.latest_checkpoint(folder)
    found["path"] = os.path.basename(path)
    reader = tf.train.load_checkpoint(path)
    for name in sorted(reader.get_variable_to_shape_map()):
        found["saved " + name] = reader.get_tensor(name)
    for kind in ("once", "loop"):
        with tf.Graph().as_default():
            y = _model(tf, slim)
            tf.summary.scalar("mean", tf.reduce_mean(y))
            error = tf.metrics.mean_squared_error(tf.ones([4, 1]), y)
            values, updates = slim.metrics.aggregate_metric_map({"mse": error})
            options = {"eval_op": list(updates.values()), "final_op": values["mse"], "num_evals": 2}
            if kind == "once":
                found[kind] = slim.evaluation.evaluate_once("", path, folder, **options)
            else:
                found[kind] = slim.evaluation.evaluation_loop(
                    "", folder, folder, max_number_of_evaluations=1, eval_interval_secs=0, **options
                )
    return found


@program
def training_loop(tf: Any, folder: str) -> dict[str, Any]:
    training = tf.contrib.training
    y = _model(tf, tf.contrib.layers)
    loss = tf.losses.mean_squared_error(tf.ones([4, 1]), y)
    op = training.create_train_op(
        loss, tf.train.AdamOptimizer(0.05), transform_grads_fn=training.clip_gradient_norms_fn(0.2)
    )
    last = training.train(op, folder, hooks=[tf.train.StopAtStepHook(num_steps=3)], save_summaries_steps=None)
    path = training.wait_for_new_checkpoint(folder, timeout=5)
    found = {
        "last": last, "path": os.path.basename(path), "names": [v.name for v in tf.global_variables()],
        "none": training.wait_for_new_checkpoint(folder, path, timeout=0.1) is None,
    }  # fmt: skip
    for repeated in (False, True):
        with tf.Graph().as_default():
            loss = tf.losses.mean_squared_error(tf.ones([4, 1]), _model(tf, tf.contrib.layers))
            steps = training.get_or_create_eval_step()
            hooks = [training.StopAfterNEvalsHook(2, False)]
            found["step"] = [steps.op.name, steps.dtype.base_dtype.name]
            if repeated:
                found["repeated"] = training.evaluate_repeatedly(
                    folder, eval_ops=loss, final_ops=[steps, loss], hooks=hooks, max_number_of_evaluations=1
                )
            else:
                found["once"] = training.evaluate_once(path, eval_ops={"l": loss}, final_ops=loss * 2, hooks=hooks)
    return found


@program
def gradients_changed(tf: Any, folder: str) -> dict[str, Any]:
    training = tf.contrib.training
    v, w = tf.get_variable("v", initializer=[1.0, 2.0]), tf.get_variable("w", initializer=[[1.0], [2.0], [3.0]])
    rows = tf.IndexedSlices(tf.constant([[3.0], [4.0]]), tf.constant([0, 2]))
    pairs = [(tf.constant([3.0, 4.0]), v), (rows, w)]
    clipped = training.clip_gradient_norms(pairs, 1.0)
    multiplied = training.multiply_gradients(pairs, {v: 2.0, "w": 0.5})
    found = {
        "clipped": clipped[0][0], "clipped_rows": clipped[1][0].values,
        "multiplied": multiplied[0][0], "multiplied_rows": multiplied[1][0].values,
    }  # fmt: skip
    return _run(tf, found)


@program
def around_slim(tf: Any, folder: str) -> dict[str, Any]:
    slim = tf.contrib.slim
    v = slim.model_variable("v", [3, 4], initializer=tf.zeros_initializer())
    w = tf.get_variable("w", [5])
    slim.summaries.add_scalar_summary(tf.reduce_sum(v), "total", "before")
    slim.summaries.add_histogram_summaries([v, w])
    slim.summaries.add_zero_fraction_summary(v)
    return {
        "variables": [x.op.name for x in slim.get_variables()],
        "counted": slim.model_analyzer.analyze_vars([v, w]),
        "described": slim.model_analyzer.tensor_description(v),
        "tags": sorted(
            value.tag for value in tf.Summary.FromString(_run(tf, tf.summary.merge_all())).value
        ),
        "step": slim.get_or_create_global_step().op.name,
    }  # fmt: skip


@program
def queues_run(tf: Any, folder: str) -> dict[str, Any]:
    batch = tf.train.batch([tf.train.input_producer([1, 2, 3, 4], num_epochs=1, shuffle=False).dequeue()], 2)
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        with tf.contrib.slim.queues.QueueRunners(sess):
            return {"batch": sess.run(batch)}


@program
def embeddings_shown(tf: Any, folder: str) -> dict[str, Any]:
    projector = tf.contrib.tensorboard.plugins.projector
    config = projector.ProjectorConfig()
    embedding = config.embeddings.add()
    embedding.tensor_name = "embedding"
    embedding.metadata_path = "words.tsv"
    embedding.sprite.image_path = "sprite.png"
    embedding.sprite.single_image_dim.extend([28, 28])
    projector.visualize_embeddings(tf.summary.FileWriter(folder), config)
    with open(os.path.join(folder, "projector_config.pbtxt")) as file:
        return {"text": file.read(), "bytes": np.frombuffer(config.SerializeToString(), np.uint8)}


@program
def small_names(tf: Any, folder: str) -> dict[str, Any]:
    util = tf.contrib.util
    proto = util.make_tensor_proto([[1, 2], [3, 4]], dtype=tf.float32)
    signal = tf.contrib.signal
    with tf.contrib.compiler.jit.experimental_jit_scope():
        compiled = tf.constant(2.0) * 3.0
    normal = tf.contrib.distributions.Normal(1.0, 2.0)
    return {
        "array": util.make_ndarray(proto),
        "value": util.constant_value(tf.constant([1, 2]) ),
        "unknown": util.constant_value(tf.placeholder(tf.float32)) is None,
        **_run(
            tf,
            {
                "frames": signal.frame(tf.range(7), 3, 2),
                "hann": signal.hann_window(6),
                "stft": tf.abs(signal.stft(tf.sin(tf.cast(tf.range(32), tf.float32)), 16, 8)),
                "compiled": compiled,
                "log_prob": normal.log_prob(0.5),
            },
        ),
    }  # fmt: skip


@program
def metrics_with_predictions_first(tf: Any, folder: str) -> dict[str, Any]:
    m = tf.contrib.metrics
    p = tf.constant([0.1, 0.4, 0.35, 0.8, 0.9])
    y = tf.constant([0, 0, 1, 1, 1])
    scores = tf.constant([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2], [0.2, 0.3, 0.5]])
    classes = tf.constant([[1], [1], [0]], tf.int64)
    top = tf.constant([[1, 2], [0, 1], [2, 1]], tf.int64)
    w = tf.constant([1.0, 0.5, 1.0, 2.0, 1.0])
    pairs = {
        "fn": m.streaming_false_negatives_at_thresholds(p, y, [0.3, 0.6]),
        "fp": m.streaming_false_positives_at_thresholds(p, y, [0.3, 0.6], w),
        "tn": m.streaming_true_negatives_at_thresholds(p, y, [0.3, 0.6]),
        "tp": m.streaming_true_positives_at_thresholds(p, y, [0.3, 0.6]),
        "cosine": m.streaming_mean_cosine_distance(
            tf.nn.l2_normalize(scores, 1), tf.constant([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]]), 1
        ),
        "relative": m.streaming_mean_relative_error(p, p + 0.1, p + 0.5),
        "precision": m.streaming_precision_at_thresholds(p, y, [0.3, 0.6]),
        "recall": m.streaming_recall_at_thresholds(p, y, [0.3, 0.6], w),
        "sensitivity": m.streaming_sensitivity_at_specificity(p, y, 0.6),
        "specificity": m.streaming_specificity_at_sensitivity(p, y, 0.6),
        "average": m.streaming_sparse_average_precision_at_k(scores, classes, 2),
        "precision_k": m.streaming_sparse_precision_at_k(scores, classes, 2),
        "recall_k": m.streaming_sparse_recall_at_k(scores, classes, 2, class_id=1),
        "top_precision": m.streaming_sparse_precision_at_top_k(top, classes),
        "top_recall": m.sparse_recall_at_top_k(classes, top),
        "in_top": m.streaming_recall_at_k(scores, tf.constant([1, 1, 0]), 2),
        "count": m.count(p),
        "count_weighted": m.count(scores, [[1.0], [0.5], [2.0]], name="mine"),
    }
    values, updates = m.aggregate_metric_map(pairs)
    with tf.Session() as sess:
        sess.run(tf.local_variables_initializer())
        found = {"first_" + key: value for key, value in sess.run(updates).items()}
        sess.run(updates)
        found.update(sess.run(values))
        found["confusion"] = sess.run(m.confusion_matrix([0, 1, 2, 2], [0, 2, 2, 1], weights=[1, 2, 3, 4]))
        sets = [tf.constant([[1, 2, 3]]), tf.constant([[2, 3, 9]])]
        found["both"] = sess.run(m.set_intersection(*sets)).values
        found["either"] = sess.run(m.set_union(*sets)).values
        found["only"] = sess.run(m.set_difference(*sets)).values
        found["size"] = sess.run(m.set_size(m.set_union(*sets)))
    found["names"] = sorted(v.name for v in tf.local_variables())
    return found


@program
def buckets_of_lengths(tf: Any, folder: str) -> dict[str, Any]:
    training = tf.contrib.training
    found: dict[str, Any] = {}
    for smaller in (False, True):
        with tf.Graph().as_default():
            number = tf.train.range_input_producer(13, num_epochs=1, shuffle=False).dequeue()
            length = number % 5 + 1
            row = tf.fill([length], number)
            lengths, batch = training.bucket_by_sequence_length(
                length,
                {"length": row, "a": number * 2},
                2,
                [3, 5],
                dynamic_pad=True,
                allow_smaller_final_batch=smaller,
                capacity=40,
            )
            rows, twice = batch["length"], batch["a"]
            batches = _all_batches(tf, [lengths, rows, twice])
            # Which bucket comes first is a matter of threads.
            batches.sort(key=lambda batch: tuple(batch[2]))
            found["lengths%d" % smaller] = np.concatenate([b[0] for b in batches])  # noqa: UP031
            found["rows%d" % smaller] = np.concatenate([b[1].reshape(-1) for b in batches])  # noqa: UP031
            found["sizes%d" % smaller] = [b[2].shape[0] for b in batches]  # noqa: UP031
            found["static%d" % smaller] = str(lengths.shape) + str(rows.shape)  # noqa: UP031
    with tf.Graph().as_default():
        number = tf.train.range_input_producer(12, num_epochs=1, shuffle=False).dequeue()
        which, batch = training.bucket(
            {"n": number}, number % 2, [2, 3], 2, keep_input=number > 1, bucket_capacities=[20, 20]
        )
        batches = sorted(((int(w), list(n)) for w, n in _all_batches(tf, [which, batch["n"]])))
        found["which"] = [w for w, _ in batches]
        found["numbers"] = [n for _, each in batches for n in each]
    return found


def _all_batches(tf: Any, fetches: Any) -> list[Any]:
    found = []
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coordinator)
        try:
            while True:
                found.append(sess.run(fetches))
        except tf.errors.OutOfRangeError:
            pass
        coordinator.request_stop()
        coordinator.join(threads)
    return found


@program
def saved_models_predict(tf: Any, folder: str) -> dict[str, Any]:
    path = os.path.join(folder, "model")
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    w = tf.get_variable("w", initializer=[[1.0], [3.0]])
    y = tf.matmul(x, w, name="y")
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        tf.saved_model.simple_save(sess, path, {"given": x}, {"found": y})
    predictor = tf.contrib.predictor
    first = predictor.from_saved_model(path)
    second = predictor.from_saved_model(path, input_names={"a": "x:0"}, output_names={"b": "y:0", "c": "w:0"})
    found = {"first": first({"given": [[1.0, 2.0]]})["found"], "names": sorted(first.fetch_tensors)}
    found.update(second({"a": [[0.0, 1.0], [2.0, 2.0]]}))
    found["fed"] = [t.name for t in second.feed_tensors.values()]
    for wrong_use in (
        lambda: first({"other": 1}),
        lambda: predictor.from_saved_model(path, "a", input_names={}, output_names={}),
        lambda: predictor.from_saved_model(path, input_names={"a": "x:0"}),
    ):
        try:
            wrong_use()
        except Exception as error:
            found.setdefault("errors", []).append(type(error).__name__)
    return found


@wrong
def no_mapping(tf: Any) -> Any:
    tf.contrib.lookup.index_table_from_tensor(None)


@wrong
def fewer_than_no_buckets(tf: Any) -> Any:
    tf.contrib.lookup.index_table_from_tensor(["a"], num_oov_buckets=-1)


@wrong
def floats_in_a_table(tf: Any) -> Any:
    tf.contrib.lookup.index_table_from_tensor([1.5], dtype=tf.float32)


@wrong
def integers_for_strings(tf: Any) -> Any:
    tf.contrib.lookup.index_table_from_tensor([1, 2])


@wrong
def narrow_integers_without_buckets(tf: Any) -> Any:
    tf.contrib.lookup.index_table_from_tensor(np.array([7, 3], np.int32), dtype=tf.int32).lookup(tf.constant([3]))


@wrong
def other_keys(tf: Any) -> Any:
    tf.contrib.lookup.index_table_from_tensor(["a"], 1).lookup(tf.constant([1]))


@wrong
def file_without_name(tf: Any) -> Any:
    tf.contrib.lookup.index_table_from_file("")


@wrong
def empty_vocabulary(tf: Any) -> Any:
    tf.contrib.lookup.index_to_string_table_from_file("words", vocab_size=0)


@wrong
def short_hash_key(tf: Any) -> Any:
    tf.contrib.lookup.StrongHashSpec([1])


@wrong
def saver_before_training(tf: Any) -> Any:
    tf.contrib.opt.MovingAverageOptimizer(tf.train.GradientDescentOptimizer(0.1)).swapping_saver()


@wrong
def two_names_for_a_shift(tf: Any) -> Any:
    tf.contrib.data.sliding_window_batch(3, stride=1, window_shift=1)


@wrong
def no_pairs(tf: Any) -> Any:
    tf.contrib.training.multiply_gradients((), {"a": 1.0})


@wrong
def multiple_of_nothing(tf: Any) -> Any:
    tf.contrib.training.multiply_gradients([(None, tf.get_variable("v", []))], {"v": 1.0})


@wrong
def summaries_without_folder(tf: Any) -> Any:
    tf.contrib.training.train(tf.no_op(), None)


@wrong
def nothing_to_train(tf: Any) -> Any:
    tf.contrib.slim.learning.train(None, None)


@wrong
def nested_queue_runners(tf: Any) -> Any:
    with tf.Session() as sess, tf.contrib.slim.queues.QueueRunners(sess):
        with tf.contrib.slim.queues.QueueRunners(sess):
            pass


@wrong
def another_mode(tf: Any) -> Any:
    tf.contrib.learn.ModeKeys.validate("test")


@wrong
def no_way_back(tf: Any) -> Any:
    tf.contrib.learn.preprocessing.CategoricalVocabulary(support_reverse=False).reverse(0)


@wrong
def another_data_set(tf: Any) -> Any:
    tf.contrib.learn.datasets.load_dataset("nothing")


def _linear_model(tf: Any) -> Callable[..., Any]:
    return lambda features, labels, mode, params: _linear_spec(tf, features, labels, mode, params)


def _linear_spec(tf: Any, features: Any, labels: Any, mode: Any, params: Any) -> Any:
    modes, spec = tf.estimator.ModeKeys, tf.estimator.EstimatorSpec
    x = features["x"] if isinstance(features, dict) else features
    with tf.variable_scope("model"):
        w = tf.get_variable("w", initializer=[[0.1], [0.2]])
        b = tf.get_variable("b", initializer=[0.0])
    y = tf.squeeze(tf.matmul(x, w) + b, 1)
    predictions = {"y": y, "double": 2 * y}
    if mode == modes.PREDICT:
        return spec(mode, predictions=predictions)
    loss = tf.losses.mean_squared_error(labels, y)
    metrics = {"mae": tf.metrics.mean_absolute_error(labels, y)}
    if mode == modes.EVAL:
        return spec(mode, loss=loss, eval_metric_ops=metrics)
    step = tf.train.AdamOptimizer(params["rate"]).minimize(loss, global_step=tf.train.get_global_step())
    return spec(mode, predictions, loss, step, metrics)


def _rows() -> Any:
    x = np.linspace(-1, 1, 14).reshape(7, 2).astype(np.float32)
    return x, (x[:, 0] * 2 - x[:, 1] + 0.5).astype(np.float32)


@program
def estimator_over_datasets(tf: Any, folder: str) -> dict[str, Any]:
    x, y = _rows()

    def data(mode: Any, params: Any) -> Any:
        whole = tf.data.Dataset.from_tensor_slices(({"x": x}, y))
        return whole.repeat(5 if mode == "train" else 1).batch(params["batch"])

    params = {"rate": 0.05, "batch": 3}
    config = tf.estimator.RunConfig(tf_random_seed=4, save_checkpoints_steps=4, keep_checkpoint_max=2)
    estimator = tf.estimator.Estimator(_linear_model(tf), os.path.join(folder, "one"), config, params)
    found = {"mode": tf.estimator.ModeKeys.PREDICT}
    estimator.train(data, steps=5)
    found["names"] = sorted(estimator.get_variable_names())
    found["w5"] = estimator.get_variable_value("model/w")
    for key, value in estimator.evaluate(data).items():
        found["first_" + key] = value
    estimator.train(data)
    estimator.train(data, max_steps=9)
    for key, value in estimator.evaluate(data, steps=2, name="again").items():
        found["second_" + key] = value
    found["predicted"] = [p["y"] for p in estimator.predict(data)]
    found["batches"] = [len(p["double"]) for p in estimator.predict(data, ["double"], yield_single_examples=False)]
    found["files"] = sorted(f for f in os.listdir(estimator.model_dir) if f.endswith(".index"))
    found["folders"] = sorted(f for f in os.listdir(estimator.model_dir) if "eval" in f)
    fresh = tf.estimator.Estimator(
        _linear_model(tf), os.path.join(folder, "two"), params=params, warm_start_from=estimator.model_dir
    )
    fresh.train(data, steps=1)
    found["warm"] = fresh.get_variable_value("model/w")
    found["warm_step"] = fresh.get_variable_value("global_step")
    return found


@program
def estimator_by_turns(tf: Any, folder: str) -> dict[str, Any]:
    x, y = _rows()
    inputs = tf.estimator.inputs
    train = inputs.numpy_input_fn({"x": x}, y, batch_size=4, num_epochs=None, shuffle=False)
    test = inputs.numpy_input_fn({"x": x}, y, batch_size=4, num_epochs=1, shuffle=False)
    config = tf.estimator.RunConfig(model_dir=folder, save_checkpoints_steps=3)
    estimator = tf.estimator.Estimator(_linear_model(tf), config=config, params={"rate": 0.1})
    result, exported = tf.estimator.train_and_evaluate(
        estimator,
        tf.estimator.TrainSpec(train, max_steps=8),
        tf.estimator.EvalSpec(test, steps=None, throttle_secs=0, start_delay_secs=0),
    )
    found = {"result_" + key: value for key, value in result.items()}
    found["exported"] = len(exported)
    steps = []
    for name in sorted(os.listdir(os.path.join(folder, "eval"))):
        for event in tf.train.summary_iterator(os.path.join(folder, "eval", name)):
            steps += [event.step for value in event.summary.value if value.tag == "mae"]
    found["evaluated"] = sorted(steps)
    only = inputs.numpy_input_fn(x, batch_size=5, num_epochs=2, shuffle=False)
    found["predicted"] = [p["y"] for p in estimator.predict(only)]
    return found


@program
def estimator_stops_early(tf: Any, folder: str) -> dict[str, Any]:
    x, y = _rows()
    train = tf.estimator.inputs.numpy_input_fn({"x": x}, y, batch_size=7, num_epochs=None, shuffle=False)
    config = tf.estimator.RunConfig(model_dir=folder, save_checkpoints_steps=2)
    estimator = tf.estimator.Estimator(_linear_model(tf), config=config, params={"rate": 0.0})
    experimental = tf.estimator.experimental
    os.makedirs(estimator.eval_dir())
    hook = experimental.stop_if_no_decrease_hook(estimator, "mae", 3, run_every_secs=None, run_every_steps=1)
    test = tf.estimator.inputs.numpy_input_fn({"x": x}, y, batch_size=7, num_epochs=1, shuffle=False)
    tf.estimator.train_and_evaluate(
        estimator,
        tf.estimator.TrainSpec(train, max_steps=30, hooks=[hook]),
        tf.estimator.EvalSpec(test, throttle_secs=0, start_delay_secs=0),
    )
    lower = experimental.stop_if_lower_hook(estimator, "mae", 100.0, run_every_secs=None, run_every_steps=1)
    step = estimator.get_variable_value("global_step")
    estimator.train(train, hooks=[lower], steps=5)
    return {
        "step": step, "then": estimator.get_variable_value("global_step"),
        "names": sorted(estimator.get_variable_names()),
        "stop": estimator.get_variable_value("signal_early_stopping/STOP"),
    }  # fmt: skip


@wrong
def spec_without_loss(tf: Any) -> Any:
    tf.estimator.EstimatorSpec("eval")


@wrong
def spec_without_train_op(tf: Any) -> Any:
    tf.estimator.EstimatorSpec("train", loss=tf.constant(1.0))


@wrong
def spec_without_predictions(tf: Any) -> Any:
    tf.estimator.EstimatorSpec("infer")


@wrong
def spec_of_many_losses(tf: Any) -> Any:
    tf.estimator.EstimatorSpec("eval", loss=tf.constant([1.0, 2.0]))


@wrong
def model_without_features(tf: Any) -> Any:
    tf.estimator.Estimator(lambda x, labels: None)


@wrong
def steps_twice(tf: Any) -> Any:
    tf.estimator.Estimator(lambda features: None).train(lambda: None, steps=1, max_steps=2)


@wrong
def order_not_said(tf: Any) -> Any:
    tf.estimator.inputs.numpy_input_fn(np.zeros([2, 2]))


@wrong
def two_ways_to_save(tf: Any) -> Any:
    tf.estimator.RunConfig(save_checkpoints_steps=1, save_checkpoints_secs=1)


@wrong
def never_trained(tf: Any) -> Any:
    tf.estimator.Estimator(lambda features: None).get_variable_names()


@wrong
def another_number_of_sizes(tf: Any) -> Any:
    tf.contrib.training.bucket([tf.constant(1)], 0, [2, 3, 4], 2)


@wrong
def falling_boundaries(tf: Any) -> Any:
    tf.contrib.training.bucket_by_sequence_length(3, [tf.constant(1)], 2, [5, 3])


@wrong
def no_boundaries(tf: Any) -> Any:
    tf.contrib.training.bucket_by_sequence_length(3, [tf.constant(1)], 2, [])


@wrong
def boundaries_of_floats(tf: Any) -> Any:
    tf.contrib.training.bucket_by_sequence_length(3, [tf.constant(1)], 2, [1.5, 2.5])
