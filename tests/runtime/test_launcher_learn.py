"""`tf.contrib.learn.Estimator` and SKCompat under `tf1rnn run`, with values recorded from TensorFlow 1.15.5."""

from __future__ import annotations

import pathlib
import textwrap

import pytest
from tensorflow1 import launcher

EXPECTED = "[-0.07354, -0.15334, -0.23314, -0.31294, -0.39274, -0.47254, -0.55234]"

PROGRAM = """
    import numpy as np
    import tensorflow as tf
    from tensorflow.contrib.learn.python.learn.estimators.estimator import SKCompat
    learn = tf.contrib.learn

    def model(X, y, mode):
        start = tf.constant_initializer([[0.5], [-0.25]])
        found = tf.reshape(tf.matmul(X, tf.get_variable("w", [2, 1], initializer=start)), [-1])
        loss = tf.losses.mean_squared_error(tf.reshape(y, [-1]), found)
        train = tf.contrib.layers.optimize_loss(
            loss, tf.contrib.framework.get_global_step(), optimizer="Adagrad", learning_rate=0.1)
        return {"value": found, "twice": found * 2} if mode == "infer" and KIND == "dict" else found, loss, train

    x = np.arange(14, dtype="f").reshape(7, 2) / 7
    regressor = SKCompat(learn.Estimator(model_fn=model, model_dir=FOLDER))
    regressor.fit(x, x[:, 0] - x[:, 1] ** 2, batch_size=3, steps=5)
    regressor.fit(x, x[:, 0] - x[:, 1] ** 2, batch_size=3, steps=2)
    found = regressor.predict(x, batch_size=2)
    if KIND == "dict":
        assert sorted(found) == ["twice", "value"] and np.allclose(found["twice"], 2 * found["value"])
        found = found["value"]
    print([round(float(v), 5) for v in found])
    """


@pytest.mark.parametrize("kind", ["array", "dict"])
def test_an_estimator_of_contrib_learn(tmp_path: pathlib.Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    script = tmp_path / "main.py"
    script.write_text(f"KIND = {kind!r}\nFOLDER = {str(tmp_path / 'model')!r}\n" + textwrap.dedent(PROGRAM))
    launcher.run_script(str(script), [])
    assert capsys.readouterr().out.splitlines()[-1] == EXPECTED


def test_what_its_estimator_does_not_offer(tmp_path: pathlib.Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(
        "import tensorflow as tf\ntf.contrib.learn.Estimator(lambda x, y: (1, 2, 3)).evaluate(x=[[1.0]], y=[1.0])\n"
    )
    with pytest.raises(NotImplementedError, match=r"tf\.estimator\.Estimator"):
        launcher.run_script(str(script), [])
