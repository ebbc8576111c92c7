"""One step of each TF1 cell in NumPy, straight from its equations: the measure of converted weights."""

from __future__ import annotations

import numpy as np


def sigmoid(a: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-a))


def basic_rnn(x, h, kernel, bias):
    """h' = tanh([x, h] K + b)"""
    return np.tanh(np.concatenate([x, h], 1) @ kernel + bias)


def lstm(x, c, h, kernel, bias, forget_bias):
    """i, j, f, o = split([x, h] K + b);  c' = sig(f + fb) c + sig(i) tanh(j);  h' = sig(o) tanh(c')"""
    i, j, f, o = np.split(np.concatenate([x, h], 1) @ kernel + bias, 4, axis=1)
    c = sigmoid(f + forget_bias) * c + sigmoid(i) * np.tanh(j)
    return c, sigmoid(o) * np.tanh(c)


def gru(x, h, gates_kernel, gates_bias, candidate_kernel, candidate_bias):
    """r, u = split(sig([x, h] Kg + bg));  c = tanh([x, r h] Kc + bc);  h' = u h + (1 - u) c"""
    r, u = np.split(sigmoid(np.concatenate([x, h], 1) @ gates_kernel + gates_bias), 2, axis=1)
    c = np.tanh(np.concatenate([x, r * h], 1) @ candidate_kernel + candidate_bias)
    return u * h + (1 - u) * c
