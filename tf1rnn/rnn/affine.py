"""The affine map that older cells make in place: [x, h, …] . kernel + bias, with variables of the current scope."""

from __future__ import annotations

from typing import Any

import tensorflow.compat.v1 as v1

from tf1rnn.rnn.cell import BIAS, KERNEL


def affine(
    terms: Any, size: int, bias: bool = True, initializer: Any = None, bias_initializer: Any = None, dtype: Any = None
) -> Any:
    """concat(terms) . kernel + bias.

    Args:
        terms: tensor [batch, depth] or a list of such.
        size: columns of the result.
        bias: whether there is a bias (it starts at zero unless `bias_initializer` is given).
        initializer: of the kernel.
        dtype: of the variables; that of the terms by default.

    Returns: tensor [batch, size].

    Raises ValueError if a depth is unknown or a term is not a matrix.
    """
    terms = list(terms) if isinstance(terms, (list, tuple)) else [terms]
    if not terms:
        raise ValueError("`args` must be specified")
    depths = [term.shape.with_rank(2).as_list()[1] for term in terms]
    if None in depths:
        raise ValueError(f"linear expects shape[1] to be provided for shape {terms[depths.index(None)].shape}")
    dtype = dtype or terms[0].dtype
    kernel = v1.get_variable(KERNEL, [sum(depths), size], dtype=dtype, initializer=initializer)
    product = v1.matmul(terms[0] if len(terms) == 1 else v1.concat(terms, 1), kernel)
    if not bias:
        return product
    start = bias_initializer if bias_initializer is not None else v1.constant_initializer(0.0, dtype=dtype)
    return v1.nn.bias_add(product, v1.get_variable(BIAS, [size], dtype=dtype, initializer=start))
