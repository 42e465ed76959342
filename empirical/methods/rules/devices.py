"""The device for which a program is traced: the fastest way differs from device to device."""

from __future__ import annotations

from typing import Any

import jax


def device() -> Any:
    """Return the device on which a program runs where nothing else is said."""
    config: Any = jax.config
    return config.jax_default_device or jax.devices()[0]


def on_processor() -> bool:
    """Whether that is a processor, and no accelerator."""
    return getattr(device(), "platform", device()) == "cpu"
