"""Where a network's first weights come from: an earlier job, a state dict that people bring, ImageNet, or chance.

https://pytorch.org/vision/stable/models.html (the state dicts whose names these are)
"""

import io
import logging
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any

import torch

from training.archive import CHANNEL as EARLIER_MODEL
from training.archive import read_archive, refuse_other_settings
from training.container import Container
from training.errors import CustomerError
from training.resnet.artifact import ENGINE, MODEL, UNREADABLE, compared_settings
from training.resnet.network import ResNet
from training.resnet.settings import Settings

CHANNEL = "weights"
HEAD = "fc."
# torchvision's IMAGENET1K_V1; the name ends in the beginning of the content's digest, which torch checks.
ADDRESSES = {
    "resnet18": "https://download.pytorch.org/models/resnet18-f37072fd.pth",
    "resnet50": "https://download.pytorch.org/models/resnet50-0676ba61.pth",
}
DOWNLOAD_SECONDS = 30.0
# Under which names programs wrap a state dict, and what DataParallel puts before each of its names.
WRAPPERS, PREFIX = ("state_dict", "model", "model_state_dict"), "module."

StateDict = Mapping[str, Any]

log = logging.getLogger(__name__)


def start(network: ResNet, container: Container, chosen: Settings) -> None:
    """Gives the network its first weights. Raises CustomerError where there are none that fit."""
    if container.has_channel(EARLIER_MODEL):
        archive = read_archive(container, MODEL, ENGINE)
        refuse_other_settings(archive, compared_settings(chosen))
        load_all(network, loaded(archive.members[MODEL], archive.name))
        log.info("Starting from the weights of the earlier model in %s", archive.name)
    elif container.has_channel(CHANNEL):
        path = only_file(container.channel_folder(CHANNEL))
        load_body(network, loaded(path.read_bytes(), path.name), path.name, chosen.model)
        log.info("Starting from the weights in %s", path.name)
    elif chosen.pretrained:
        load_body(network, imagenet(chosen.model), "ImageNet's weights", chosen.model)
        log.info("Starting from ImageNet's weights")
    else:
        log.info("Starting from random weights")


def only_file(folder: Path) -> Path:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    if len(found) != 1:
        raise CustomerError(f"the input channel 'weights' must hold one file and holds {len(found)}")
    return found[0]


def loaded(content: bytes, name: str) -> StateDict:
    """The state dict in a file, read without running anything that is in it."""
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except UNREADABLE:
        raise CustomerError(
            f"{name} is not a PyTorch state dict, as torch.save(model.state_dict(), ...) writes it"
        ) from None
    for wrapper in WRAPPERS:
        if isinstance(found, Mapping) and isinstance(found.get(wrapper), Mapping):
            found = found[wrapper]
    if not isinstance(found, Mapping) or not all(torch.is_tensor(value) for value in found.values()):
        raise CustomerError(f"{name} holds something other than tensors by name, so it is not a state dict")
    return {str(name).removeprefix(PREFIX): value for name, value in found.items()}


def load_all(network: ResNet, weights: StateDict) -> None:
    _refuse_misfits(network, weights, "the earlier model", "")
    network.load_state_dict(dict(weights))


def load_body(network: ResNet, weights: StateDict, name: str, model: str) -> None:
    """All but the last layer, whose classes are others; it is kept where it fits."""
    fits = [own for own in network.state_dict() if own.startswith(HEAD)]
    own = network.state_dict()
    head = {key: weights[key] for key in fits if key in weights and weights[key].shape == own[key].shape}
    body = {key: value for key, value in weights.items() if not key.startswith(HEAD)}
    _refuse_misfits(network, {**body, **{key: own[key] for key in fits}}, name, f" of a {model}")
    network.load_state_dict({**body, **{key: own[key] for key in fits}, **(head if len(head) == len(fits) else {})})


def _refuse_misfits(network: ResNet, weights: StateDict, name: str, what: str) -> None:
    own = network.state_dict()
    missing = [key for key in own if key not in weights]
    beyond = [key for key in weights if key not in own]
    if missing or beyond:
        said = f"it has no {missing[0]}" if missing else f"it has {beyond[0]}, which the network has not"
        raise CustomerError(f"{name} does not hold the weights{what} in torchvision's names: {said}")
    wrong = [key for key in own if own[key].shape != weights[key].shape]
    if wrong:
        shapes = f"{tuple(weights[wrong[0]].shape)}, not {tuple(own[wrong[0]].shape)}"
        raise CustomerError(f"{name} does not hold the weights{what}: {wrong[0]} is {shapes}")


def imagenet(model: str) -> StateDict:
    """From the container's cache of torch hub, or the network."""
    try:
        with _patience(DOWNLOAD_SECONDS):
            found: StateDict = torch.hub.load_state_dict_from_url(
                ADDRESSES[model], map_location="cpu", progress=False, check_hash=True, weights_only=True
            )
    except (*UNREADABLE, HTTPException) as error:
        log.warning("ImageNet's weights could not be had: %s", error)
        raise CustomerError(
            f"this container has no ImageNet weights for {model} and cannot download them: give weights=s3://... "
            "(a state dict in torchvision's names), or pretrained=0 to start from random weights"
        ) from None
    return found


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """Torch hub waits for ever; in a network without a way out that is how long it would take."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
