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
from migrate.weights.holders import Holder, LegacyVariable, WeightMismatch, holders

__all__ = [
    "Holder",
    "LegacyVariable",
    "WeightMismatch",
    "basic_rnn_to_keras",
    "gru_to_keras",
    "holders",
    "keras_to_basic_rnn",
    "keras_to_gru",
    "keras_to_lstm",
    "lstm_to_keras",
]
