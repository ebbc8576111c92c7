"""A SavedModel as a function of arrays (`tf.contrib.predictor`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow.compat.v1 as v1


class Predictor:
    """Called with {name of input: value}, it gives {name of output: value}.

    Attributes: `graph`, `session`, `feed_tensors` and `fetch_tensors`, both by name.
    """

    def __init__(self, graph: Any, session: Any, feeds: dict[str, Any], fetches: dict[str, Any]) -> None:
        self._graph, self._session, self._feed_tensors, self._fetch_tensors = graph, session, feeds, fetches

    @property
    def graph(self) -> Any:
        """The graph of the model."""
        return self._graph

    @property
    def session(self) -> Any:
        """The session that holds its variables."""
        return self._session

    @property
    def feed_tensors(self) -> dict[str, Any]:
        """The inputs."""
        return self._feed_tensors

    @property
    def fetch_tensors(self) -> dict[str, Any]:
        """The outputs."""
        return self._fetch_tensors

    def __call__(self, input_dict: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs for these inputs. Raises ValueError for a name that is none of the inputs."""
        unknown = set(input_dict) - set(self._feed_tensors)
        if unknown:
            raise ValueError(f"Got unexpected keys in input_dict: {unknown}\nexpected: {set(self._feed_tensors)}")
        feeds = {self._feed_tensors[name]: value for name, value in input_dict.items()}
        return self._session.run(self._fetch_tensors, feed_dict=feeds)


def from_saved_model(
    export_dir: str,
    signature_def_key: str | None = None,
    signature_def: Any = None,
    input_names: dict[str, str] | None = None,
    output_names: dict[str, str] | None = None,
    tags: str | None = None,
    graph: Any = None,
    config: Any = None,
) -> Predictor:
    """Loads a SavedModel.

    Args:
        export_dir: its folder.
        signature_def_key: which of its signatures; "serving_default" by default.
        signature_def: a signature of one's own, or
        input_names, output_names: names of tensors by the names of inputs and outputs, both.
        tags: tags of the graph in the SavedModel, with commas; "serve" by default.
        graph: to load into; a new one by default.
        config: of the session.

    Raises ValueError for more than one of the three ways to name inputs, and for a signature that is not there, where
    TensorFlow 1.15 gave a predictor without inputs and outputs.
    """
    named = input_names is not None or output_names is not None
    if sum([signature_def_key is not None, signature_def is not None, named]) > 1:
        raise ValueError(
            "You must specify at most one of signature_def_key OR signature_def OR(input_names AND output_names)."
        )
    if named and (input_names is None or output_names is None):
        raise ValueError("input_names and output_names must both be specified")
    graph = graph or v1.Graph()
    with graph.as_default():
        session = v1.Session(config=config)
        chosen = (tags or v1.saved_model.tag_constants.SERVING).split(",")
        meta = v1.saved_model.loader.load(session, chosen, export_dir)
    if named:
        inputs, outputs = dict(input_names or {}), dict(output_names or {})
    else:
        key = signature_def_key or v1.saved_model.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
        if signature_def is None:
            if key not in meta.signature_def:
                raise ValueError(f"Got signature_def_key {key!r}. Available signatures are {list(meta.signature_def)}.")
            signature_def = meta.signature_def[key]
        inputs = {name: info.name for name, info in signature_def.inputs.items()}
        outputs = {name: info.name for name, info in signature_def.outputs.items()}
    feeds = {name: graph.get_tensor_by_name(tensor) for name, tensor in inputs.items()}
    fetches = {name: graph.get_tensor_by_name(tensor) for name, tensor in outputs.items()}
    return Predictor(graph, session, feeds, fetches)
