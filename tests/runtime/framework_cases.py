"""More cases of `graph_cases.py`: tf.contrib.framework, its nest, its checkpoints and checks."""

from __future__ import annotations

import collections
import os
import tempfile
from typing import Any, Callable  # noqa: UP035 (Python 3.7)

import numpy as np
from graph_cases import CASES, MISUSE

Pair = collections.namedtuple("Pair", "b a")
Other = collections.namedtuple("Other", "x y")


def said(tf: Any, answers: Any) -> Any:
    """Answers as text in a tensor: what each function returns, or the class of what it raises."""
    texts = []
    for answer in answers:
        try:
            texts.append(repr(answer()))
        except Exception as error:
            texts.append(type(error).__name__)
    return tf.constant(np.frombuffer("\n".join(texts).encode(), np.uint8))


_DEEP = Pair([1, (2, 3)], {"d": 4, "c": [5, {"e": 6}]})
_NEST: dict[str, Callable[[Any], Any]] = {
    "flatten": lambda n: n.flatten(_DEEP),
    "pack": lambda n: n.pack_sequence_as(_DEEP, "abcdef"),
    "map": lambda n: n.map_structure(lambda x, y: x + y, _DEEP, _DEEP),
    "same": lambda n: n.assert_same_structure([1, (2,)], [3, (4,)]),
    "not_same": lambda n: n.assert_same_structure([1, (2,)], [3, [4]]),
    "not_same_unchecked": lambda n: n.assert_same_structure([1, (2,)], [3, [4]], check_types=False),
    "is": lambda n: [n.is_sequence(x) for x in ([], (), {}, "ab", 1, None, Pair(1, 2), {1}, np.zeros(2))],
    "is_nested": lambda n: [n.is_nested(x) for x in ([], "ab", b"c", Pair(1, 2))],
    "paths": lambda n: list(n.yield_flat_paths(_DEEP)),
    "path_of_leaf": lambda n: list(n.yield_flat_paths(3)),
    "tuple_paths": lambda n: n.flatten_with_tuple_paths(_DEEP),
    "joined": lambda n: n.flatten_with_joined_string_paths(_DEEP, "."),
    "up_to": lambda n: n.flatten_up_to([0, [0, 0]], [[1, 2], [3, {"a": 4}]]),
    "up_to_leaf": lambda n: n.flatten_up_to(0, [1, 2]),
    "up_to_deeper": lambda n: n.flatten_up_to([0, [1]], [1, 2]),
    "up_to_type": lambda n: n.flatten_up_to([0, 1], (1, 2)),
    "up_to_type_unchecked": lambda n: n.flatten_up_to([0, 1], (1, 2), check_types=False),
    "up_to_length": lambda n: n.flatten_up_to([0, 1], [1, 2, 3]),
    "up_to_length_unchecked": lambda n: n.flatten_up_to([0, 1], [1, 2, 3], check_subtrees_length=False),
    "up_to_short": lambda n: n.flatten_up_to([0, 1, 2], [1, 2], check_subtrees_length=False),
    "up_to_keys": lambda n: n.flatten_up_to({"a": 1, "b": 2}, {"a": 1, "c": 2}),
    "up_to_dict": lambda n: n.flatten_up_to({"b": 1, "a": 2}, {"a": (1, 2), "b": 3}),
    "up_to_ordered": lambda n: n.flatten_up_to({"a": 0}, collections.OrderedDict([("a", [1])])),
    "up_to_names": lambda n: n.flatten_up_to(Pair(0, 0), Other(1, 2)),
    "up_to_paths": lambda n: n.flatten_with_tuple_paths_up_to(Pair(0, [0, 0]), Pair([1], [2, (3,)])),
    "map_up_to": lambda n: n.map_structure_up_to(Pair(0, 0), lambda x, y: (x, y), Pair(1, [2]), Pair((3,), 4)),
    "map_up_to_less": lambda n: n.map_structure_up_to([None], lambda x: x, [1, 2], check_subtrees_length=False),
    "map_up_to_nothing": lambda n: n.map_structure_up_to([None], lambda x: x),
    "map_up_to_paths": lambda n: n.map_structure_with_tuple_paths_up_to({"k": 0}, lambda p, x: (p, x), {"k": [1]}),
    "map_paths": lambda n: n.map_structure_with_paths(lambda p, x, y: p + str(x * y), _DEEP, _DEEP),
    "map_tuple_paths": lambda n: n.map_structure_with_tuple_paths(lambda p, x: p + (x,), [1, {"a": 2}]),
    "map_paths_types": lambda n: n.map_structure_with_paths(lambda p, x, y: p, [1], (1,)),
    "map_paths_unchecked": lambda n: n.map_structure_with_paths(lambda p, x, y: p, [1], (1,), check_types=False),
    "map_paths_other": lambda n: n.map_structure_with_paths(lambda p, x, y: p, [1], [1, 2]),
    "shallow": lambda n: n.assert_shallow_structure([0, (1, 2)], [[3], (4, [5])]),
    "dict_items": lambda n: n.flatten_dict_items({(4, 5, (6, 8)): ("a", "b", ("c", "d")), 1: [2]}),
    "dict_items_twice": lambda n: n.flatten_dict_items({(4, 5): (1, 2), 4: 3}),
    "dict_items_layout": lambda n: n.flatten_dict_items({(4, 5): (1, 2, 3)}),
    "dict_items_list": lambda n: n.flatten_dict_items([1]),
    "traverse": lambda n: n.get_traverse_shallow_structure(lambda s: not isinstance(s, tuple), [[1, (2,)], {"a": [3]}]),
    "traverse_one": lambda n: n.get_traverse_shallow_structure(
        lambda s: [True, False] if len(s) == 2 else False, [[1], [2, 3]]
    ),
    "traverse_none": lambda n: n.get_traverse_shallow_structure(lambda s: "yes", [1]),
}


def _nest(tf: Any) -> Any:
    nest = tf.contrib.framework.nest
    return {}, {"said": said(tf, [lambda f=f: f(nest) for f in _NEST.values()])}, None  # type: ignore[misc]


CASES["framework:nest"] = _nest


def _names(tf: Any) -> Any:
    """Everything that is known while the graph is made."""
    f = tf.contrib.framework
    with tf.variable_scope("net", partitioner=tf.fixed_size_partitioner(2)):
        f.model_variable("divided", [4, 2])
    with tf.variable_scope("net"):
        f.model_variable("weights", [2, 2])
        f.variable("weights_2", [2], trainable=False)
    f.local_variable(1.0, name="near")
    f.global_variable([2], name="far")
    fed = tf.placeholder_with_default(2.0, [], name="fed")
    free = tf.placeholder(tf.int32, name="free")
    in_turn, alone = f.VariableDeviceChooser(2, replica=1), f.VariableDeviceChooser(device_type="GPU", device_index=3)

    def scope() -> str:
        with tf.name_scope("one"), tf.name_scope("two"):
            return f.get_name_scope()

    def names(variables: Any) -> list[str]:
        return [v.op.name for v in variables]

    every = f.get_variables()
    answers = [
        lambda: [names(tf.get_collection(k)) for k in ("variables", "local_variables", "model_variables")],
        lambda: names(tf.trainable_variables()),
        lambda: [v.dtype.name for v in tf.local_variables() + tf.global_variables()],
        lambda: f.get_unique_variable("net/weights").op.name,
        lambda: f.get_unique_variable("net/weigh"),
        lambda: f.get_unique_variable("nothing"),
        lambda: [f.get_variable_full_name(v) for v in every],
        lambda: names(f.filter_variables(every, ["weights"], ["_2"])),
        lambda: names(f.filter_variables(every, ["weights", "net/w"], reg_search=False)),
        lambda: names(f.filter_variables(every, exclude_patterns=["^net"])),
        scope,
        f.get_name_scope,
        lambda: [f.strip_name_scope(n, "a") for n in ("a/b", "^a/b", "loc:@a/b", "ab", "b/a/c")],
        lambda: f.strip_name_scope("a/b", None),
        lambda: [f.prepend_name_scope(n, "s") for n in ("a/b", "^a", "loc:@a")],
        lambda: f.prepend_name_scope("a", None),
        lambda: [t.op.name for t in f.get_placeholders(tf.get_default_graph())],
        lambda: f.get_placeholders(None),
        lambda: [f.is_tensor(x) for x in (fed, tf.SparseTensor([[0]], [1], [1]), every[0], 1.0, np.zeros(1))],
        lambda: f.get_graph_from_inputs([1, fed]) is fed.graph,
        lambda: f.get_graph_from_inputs([fed], tf.Graph()),
        lambda: f.get_graph_from_inputs(3),
        lambda: f.get_graph_from_inputs([], 3),
        lambda: [in_turn(None) for _ in range(3)] + [alone(None)],
        lambda: f.assert_or_get_global_step(),
        lambda: f.assert_or_get_global_step(global_step_tensor=fed),
        lambda: f.assert_or_get_global_step(global_step_tensor=tf.train.create_global_step()).op.name,
        lambda: f.assert_or_get_global_step().op.name,
        lambda: [f.smart_constant_value(x) for x in (True, 0, 1, free > 1)],
        lambda: bool(f.smart_constant_value(tf.constant(False))),
        lambda: f.smart_constant_value("yes"),
        lambda: f.smart_constant_value(2),
        lambda: f.smart_cond(1, lambda: "yes", lambda: "no"),
        lambda: f.smart_cond(tf.constant(False), lambda: "yes", lambda: "no"),
        lambda: f.smart_cond(True, "yes", lambda: "no"),
        lambda: f.smart_case([(False, lambda: "one"), (tf.constant(True), lambda: "two")], lambda: "three"),
        lambda: f.smart_case([(False, lambda: "one")], lambda: "three"),
        lambda: f.smart_case(3),
        lambda: f.smart_case([3], lambda: 1),
        lambda: f.assert_scalar_int(tf.constant(3)).shape.as_list(),
        lambda: f.assert_scalar_int(fed),
        lambda: f.assert_scalar_int([1, 2]),
        lambda: f.assert_scalar(free),
        lambda: f.assert_same_float_dtype([fed], tf.float32).name,
        lambda: f.assert_same_float_dtype([fed], tf.float64),
        lambda: f.assert_same_float_dtype([free]),
        lambda: f.with_shape([2, 2], tf.zeros([2, 2])).shape.as_list(),
        lambda: f.with_shape([2, 3], tf.zeros([2, 2])),
        lambda: f.with_shape([2, 3], free).shape.as_list(),
        lambda: f.with_shape([2, 3], tf.placeholder(tf.float32, [None, 4])),
        lambda: f.with_same_shape(tf.zeros([2]), tf.zeros([3])),
        lambda: f.with_same_shape(tf.zeros([2]), free).shape.as_list(),
        lambda: f.reduce_sum_n([]),
        lambda: [t.shape.as_list() for t in f.remove_squeezable_dimensions(tf.zeros([3, 1]), tf.zeros([3]))],
        lambda: [t.shape.as_list() for t in f.remove_squeezable_dimensions(tf.zeros([3]), tf.zeros([3, 1]))],
        lambda: [t.shape.as_list() for t in f.remove_squeezable_dimensions(tf.zeros([3, 1]), tf.zeros([3, 1]))],
        lambda: type(f.convert_to_tensor_or_sparse_tensor(tf.SparseTensorValue([[0]], [1], [1]))).__name__,
        lambda: f.TensorSpec([2], tf.float32).shape.as_list(),
    ]
    return {}, {"said": said(tf, answers)}, None


CASES["framework:names"] = _names


def _values(tf: Any) -> Any:
    """What only the session knows."""
    f = tf.contrib.framework
    unknown, flag = tf.placeholder(tf.float32), tf.placeholder(tf.bool, [])
    column = tf.placeholder(tf.float32)
    feeds = {unknown: np.array([[3.0, 1.0], [2.0, 0.0]]), flag: False, column: np.array([[4.0], [5.0]])}

    def two(x: Any, y: Any, z: Any = 0.0) -> Any:
        return {"sum": x[0] + y + z, "parts": [x[0] * 2, np.float32(z)]}

    calls = f.py_func(
        two,
        [(unknown, 1.0), tf.constant(2.0)],
        {"z": tf.constant(5.0)},
        {"sum": tf.float32, "parts": [tf.float32, tf.float32]},
        {"sum": [2, 2], "parts": [[2, None], []]},
    )
    found = {
        "shaped": f.with_shape([2, 2], unknown),
        "shaped_dynamic": f.with_shape(tf.shape(unknown), unknown),
        "same_shape": f.with_same_shape(unknown, unknown * 2.0),
        "cond": f.smart_cond(flag, lambda: tf.constant(1.0), lambda: tf.constant(2.0)),
        "case": f.smart_case(
            [(flag, lambda: tf.constant(1.0)), (False, lambda: tf.constant(2.0))], lambda: tf.constant(3.0)
        ),
        "sorted": f.sort(unknown, direction="DESCENDING"),
        "order": f.argsort(unknown, axis=0),
        "sums": f.reduce_sum_n([unknown, tf.constant([1.0])]),
        "squeezed": f.remove_squeezable_dimensions(column, tf.constant([1.0, 2.0])),
        "calls": calls,
    }
    return feeds, found, None


CASES["framework:values"] = _values


def _restored(tf: Any) -> Any:
    """Variables written in one graph and taken in another, in the ways there are."""
    f = tf.contrib.framework
    path = os.path.join(tempfile.mkdtemp(), "model")
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable("a", initializer=np.arange(4, dtype=np.float32))
        tf.get_variable("b", initializer=np.array([[7, 8]], np.int32))
        session.run(tf.global_variables_initializer())
        tf.train.Saver().save(session, path)
    seen: dict[str, Any] = {"listed": [f.list_variables(path), f.load_variable(path, "b").tolist()]}
    seen["reader"] = f.load_checkpoint(path).get_tensor("a").tolist()
    with tf.Graph().as_default(), tf.Session() as session:
        a = tf.get_variable("a", [4])
        square = tf.get_variable("square", [2, 2], partitioner=tf.fixed_size_partitioner(2))
        parts = list(square)
        whole = tf.get_variable("whole", [2, 2])
        c = tf.get_variable("c", [1, 2], tf.int32)
        get = lambda: [session.run(v).tolist() for v in [a, c, whole] + parts]  # noqa: E731
        session.run(tf.global_variables_initializer())
        session.run(*f.assign_from_checkpoint(path, {"a": [a], "b": c}))
        seen["once"] = get()[:2]
        session.run(tf.assign(a, tf.zeros([4])))
        session.run(*f.assign_from_checkpoint(path, [a]))
        seen["again"] = get()[:2]
        session.run(*f.assign_from_values({"a": np.array([9, 8, 7, 6]), "c": np.array([[5, 4]])}))
        seen["values"] = get()[:2]
        f.assign_from_values_fn({"c": np.array([1, 1])})(session)
        f.assign_from_checkpoint_fn(path, {"a": whole}, reshape_variables=True)(session)
        f.assign_from_checkpoint_fn(path, [a, c], ignore_missing_vars=True)(session)
        seen["functions"] = get()[:3]
        seen["nothing"] = f.assign_from_checkpoint_fn(path, [c], ignore_missing_vars=True)
        f.init_from_checkpoint(path, {"b": c})
        session.run(tf.global_variables_initializer())
        seen["initial"] = get()[1]
        wrong = [
            lambda: f.assign_from_checkpoint(path, [c]),
            lambda: f.assign_from_checkpoint(path, {"b": a}),
            lambda: f.assign_from_checkpoint(path, {"a": whole}),
            lambda: f.assign_from_checkpoint(path, [c], ignore_missing_vars=True)[1],
            lambda: f.assign_from_checkpoint_fn(path, []),
            lambda: f.assign_from_values({"nothing": 1}),
        ]
        for i, function in enumerate(wrong):
            try:
                seen[str(i)] = function()
            except Exception as error:
                seen[str(i)] = type(error).__name__
    return {}, {"said": said(tf, [lambda: sorted(seen.items())])}, None


CASES["framework:checkpoints"] = _restored


def _noticed(tf: Any) -> Any:
    """What deprecated functions return."""
    f = tf.contrib.framework

    @f.deprecated("2020-01-01", "Use another.")
    def one(x: Any) -> Any:
        return x + 1

    @f.deprecated_args(None, "Leave it.", "b", ("c", None))
    def two(a: Any, b: Any = 1, c: Any = None) -> Any:
        return [a, b, c]

    @f.deprecated_arg_values(None, "Leave it.", b=3)
    def three(a: Any, b: Any = 1) -> Any:
        return a * b

    returned = [one(1), one(2), two(1), two(1, 2), two(1, c=None), two(1, c=4), three(2, b=1), three(2, b=3)]
    wrong = said(
        tf,
        [
            lambda: f.deprecated("soon", "x"),
            lambda: f.deprecated(None, ""),
            lambda: f.deprecated_args(None, "x", "nothing")(len),
            lambda: f.deprecated_args(None, "x"),
            lambda: f.deprecated_arg_values(None, "x"),
            lambda: one.__name__,
        ],
    )
    return {}, {"said": said(tf, [lambda: returned]), "wrong": wrong}, None


CASES["framework:notices"] = _noticed


def _named(tf: Any) -> Any:
    """The helpers of layers that slim's networks use, in slim.utils."""
    names = tf.contrib.slim.utils
    x, y = tf.ones([2, 3], name="x"), tf.split(tf.ones([2, 3], name="y"), 3, axis=1)[1]
    free = tf.placeholder(tf.bool, [], name="free")
    shape, unknown, part = tf.TensorShape([2, 3, 4]), tf.TensorShape(None), tf.TensorShape([None, 3, None])
    tf.contrib.slim.fully_connected(x, 2, scope="top", outputs_collections="ends")

    def ends(clear: bool = False) -> list[tuple[str, str]]:
        return [(k, v.op.name) for k, v in names.convert_collection_to_dict("ends", clear).items()]

    answers = [
        lambda: names.get_tensor_aliases(x),
        lambda: names.get_tensor_aliases(y),
        lambda: names.append_tensor_alias(x, "first") is x,
        lambda: names.collect_named_outputs(["ends", "more"], "second", x) is x,
        lambda: names.collect_named_outputs(None, "third", x).aliases,
        lambda: names.gather_tensors_aliases([x, y]),
        ends,
        lambda: ends(True),
        ends,
        lambda: [names.constant_value(v) for v in (3, tf.constant(4).op.outputs[0] is None, free)],
        lambda: int(names.constant_value(tf.constant(5))),
        lambda: names.constant_value(None),
        lambda: names.constant_value(tf.constant(5), tf.float32),
        lambda: [names.smart_cond(True, lambda: 1, lambda: 2), names.static_cond(False, lambda: 1, lambda: 2)],
        lambda: names.smart_cond(tf.constant(False), lambda: 1, lambda: 2),
        lambda: names.static_cond(True, 1, 2),
        lambda: names.smart_cond(free, lambda: tf.zeros([2]), lambda: tf.ones([2])).shape.as_list(),
        lambda: [names.get_variable_collections(c, "weights") for c in (None, ["a"], {"weights": ["b"]}, {"c": "d"})],
        lambda: [names.last_dimension(shape), names.last_dimension(shape, 3)],
        lambda: names.last_dimension(shape, 4),
        lambda: names.last_dimension(unknown),
        lambda: names.last_dimension(part),
        lambda: [names.channel_dimension(shape, f) for f in ("channels_last", "channels_first")],
        lambda: names.channel_dimension(part, "channels_first"),
        lambda: names.channel_dimension(part, "channels_last"),
        lambda: [[int(n) for n in names.two_element_tuple(v)] for v in (2, [3, 4], (5, 6), tf.TensorShape([7, 8]))],
        lambda: names.two_element_tuple([1, 2, 3]),
        lambda: names.two_element_tuple("ab"),
        lambda: names.two_element_tuple(tf.TensorShape([7])),
        lambda: [names.n_positive_integers(2, v) for v in (3, "4", [5, 6], tf.TensorShape([7, 8]))],
        lambda: names.n_positive_integers(2, 0),
        lambda: names.n_positive_integers(2, [1]),
        lambda: names.n_positive_integers(2, tf.TensorShape([None, 1])),
        lambda: names.n_positive_integers(0, 1),
        lambda: names.n_positive_integers("x", 1),
        lambda: names.n_positive_integers(2, object()),
    ]
    return {}, {"said": said(tf, answers)}, None


CASES["framework:slim_names"] = _named


def _wrong(build: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda tf: build(tf.contrib.framework)


MISUSE["framework:py_func_args"] = _wrong(lambda f: f.py_func(len, 3))
MISUSE["framework:py_func_kwargs"] = _wrong(lambda f: f.py_func(len, [], [3]))
