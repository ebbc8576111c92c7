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


def cudnn_gru(x, h, gates_kernel, gates_bias, input_kernel, input_bias, hidden_kernel, hidden_bias):
    """r, u = split(sig([x, h] Kg + bg));  c = tanh(x Ki + bi + r (h Kh + bh));  h' = u h + (1 - u) c"""
    r, u = np.split(sigmoid(np.concatenate([x, h], 1) @ gates_kernel + gates_bias), 2, axis=1)
    c = np.tanh(x @ input_kernel + input_bias + r * (h @ hidden_kernel + hidden_bias))
    return u * h + (1 - u) * c


def cudnn_lstm_parts(x, h, c, matrices, biases):
    """cuDNN: y = W x + R h + b + d for each of i, f, g, o;  c' = sig(f) c + sig(i) tanh(g);  h' = sig(o) tanh(c')"""
    i, f, g, o = (x @ matrices[n].T + h @ matrices[4 + n].T + biases[n] + biases[4 + n] for n in range(4))
    c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
    return sigmoid(o) * np.tanh(c), c


def cudnn_gru_parts(x, h, matrices, biases):
    """cuDNN: r, u = sig(W x + R h + b + d);  c = tanh(W_c x + b_c + r (R_c h + d_c));  h' = (1 - u) c + u h"""
    r, u = (sigmoid(x @ matrices[n].T + h @ matrices[3 + n].T + biases[n] + biases[3 + n]) for n in range(2))
    c = np.tanh(x @ matrices[2].T + biases[2] + r * (h @ matrices[5].T + biases[5]))
    return (1 - u) * c + u * h


def peephole_lstm(x, c, h, w, forget_bias):
    """i, j, f, o as in `lstm`; i and f see w * c, o sees w * c';  h' = (sig(o) tanh(c')) P"""
    i, j, f, o = np.split(np.concatenate([x, h], 1) @ w["kernel"] + w["bias"], 4, axis=1)
    new = sigmoid(f + forget_bias + w["w_f_diag"] * c) * c + sigmoid(i + w["w_i_diag"] * c) * np.tanh(j)
    return new, (sigmoid(o + w["w_o_diag"] * new) * np.tanh(new)) @ w["projection"]
