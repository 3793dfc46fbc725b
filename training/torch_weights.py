"""Reads the tensors of a legacy PyTorch checkpoint with numpy alone.

A checkpoint is a pickle, and a pickle may run any code; so only the four names that a plain state dict needs
can be looked up, and everything else is refused.
"""

import pickle
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_PROTOCOL = 1001
SIZE_PREFIX_BYTES = 8  # each storage is preceded by its element count, a little-endian int64

Storage = tuple[str, str, int]  # dtype, key, number of elements


@dataclass(frozen=True, slots=True)
class TensorView:
    """Where a tensor lies in a storage; the storages follow the pickle in the file."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]

    def of(self, storages: dict[str, NDArray[Any]]) -> NDArray[Any]:
        flat = storages[self.storage[1]]
        reach = self.offset + sum((size - 1) * step for size, step in zip(self.shape, self.strides, strict=True))
        if min(self.offset, *self.shape, *self.strides, 0) < 0 or 0 in self.shape or reach >= flat.size:
            raise pickle.UnpicklingError("a tensor of the checkpoint does not lie within its storage")
        byte_steps = tuple(step * flat.itemsize for step in self.strides)
        return as_strided(flat[self.offset :], self.shape, byte_steps, writeable=False)


def _rebuild_tensor(
    storage: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...], *_: object
) -> TensorView:
    return TensorView(storage, offset, shape, strides)


ALLOWED: dict[tuple[str, str], Callable[..., Any] | str] = {
    ("collections", "OrderedDict"): OrderedDict,
    ("torch._utils", "_rebuild_tensor_v2"): _rebuild_tensor,
    ("torch", "FloatStorage"): "<f4",
    ("torch", "LongStorage"): "<i8",
}


class StateDictUnpickler(pickle.Unpickler):
    """An unpickler that knows the names of a plain state dict and no others."""

    def find_class(self, module: str, name: str) -> Any:
        try:
            return ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"a checkpoint may not name {module}.{name}") from None

    def persistent_load(self, pid: Any) -> Storage:
        _, dtype, key, _, elements, *_ = pid
        return dtype, key, elements


def read_state_dict(file: IO[bytes]) -> dict[str, NDArray[Any]]:
    """The checkpoint's tensors by name, in file order. Raises pickle.UnpicklingError on anything unexpected."""
    magic, protocol, _, views, keys = (StateDictUnpickler(file).load() for _ in range(5))
    if (magic, protocol) != (LEGACY_MAGIC, LEGACY_PROTOCOL):
        raise pickle.UnpicklingError("not a checkpoint in PyTorch's legacy format")
    dtypes = {view.storage[1]: view.storage[0] for view in views.values()}
    storages = {key: _read_storage(file, dtypes[key]) for key in keys}
    return {name: view.of(storages) for name, view in views.items()}


def _read_storage(file: IO[bytes], dtype: str) -> NDArray[Any]:
    elements = int.from_bytes(file.read(SIZE_PREFIX_BYTES), "little")
    kind = np.dtype(dtype)
    content = file.read(elements * kind.itemsize)
    if len(content) != elements * kind.itemsize:
        raise pickle.UnpicklingError("the checkpoint is cut short")
    return np.frombuffer(content, kind)
