"""`tf.device` that sends what asks for a GPU to the CPU where there is no GPU."""

from __future__ import annotations

import functools
from typing import Any

import tensorflow as tf2
import tensorflow.compat.v1 as v1

from tf1rnn.notices import once


@functools.cache
def has_gpu() -> bool:
    """Whether TensorFlow sees a GPU on this machine."""
    return bool(tf2.config.list_physical_devices("GPU"))


def usable(device_name_or_function: Any) -> Any:
    """The device to use for one that was asked for: local GPUs become the CPU where there are none."""
    if not isinstance(device_name_or_function, str) or "gpu" not in device_name_or_function.lower():
        return device_name_or_function
    spec = v1.DeviceSpec.from_string(device_name_or_function)
    if spec.device_type != "GPU" or spec.job is not None or has_gpu():
        return device_name_or_function
    once("no gpu", f"{device_name_or_function} was asked for, this machine has no GPU: running on the CPU")
    return v1.DeviceSpec(device_type="CPU", device_index=0).to_string()


def device(device_name_or_function: Any) -> Any:
    """`tf.device` of TensorFlow 1.15: a context in which new ops are placed on the device.

    Differs in one thing: a GPU of this machine that does not exist is replaced by the CPU (announced once on
    stderr), where TensorFlow 1.15 fails in Session.run unless soft placement is on.
    """
    return v1.device(usable(device_name_or_function))
