"""TF1 variables and Keras weights: conversion of layouts, loading into Keras objects, reading back."""

from __future__ import annotations

from migrate.weights.cells import (
    basic_rnn_to_keras,
    gru_to_keras,
    keras_to_basic_rnn,
    keras_to_gru,
    keras_to_lstm,
    lstm_to_keras,
)
from migrate.weights.cudnn import (
    cudnn_gru_to_keras,
    cudnn_lstm_to_keras,
    join_opaque,
    keras_to_cudnn_gru,
    keras_to_cudnn_lstm,
    split_opaque,
)
from migrate.weights.holders import Holder, LegacyVariable, WeightMismatch, holders

__all__ = [
    "Holder",
    "LegacyVariable",
    "WeightMismatch",
    "basic_rnn_to_keras",
    "cudnn_gru_to_keras",
    "cudnn_lstm_to_keras",
    "gru_to_keras",
    "holders",
    "join_opaque",
    "keras_to_basic_rnn",
    "keras_to_cudnn_gru",
    "keras_to_cudnn_lstm",
    "keras_to_gru",
    "keras_to_lstm",
    "lstm_to_keras",
    "split_opaque",
]
