"""The network under torchvision's names, and the weights that it starts from."""

import io
import socket
from pathlib import Path

import pytest
from recorded import container
from resnet_job import carry_out, job, shrink, torch

from training.errors import CustomerError
from training.resnet import weights
from training.resnet.network import resnet
from training.resnet.settings import Settings

CHOSEN = Settings(num_classes=3)


def saved(content: object) -> bytes:
    out = io.BytesIO()
    torch.save(content, out)
    return out.getvalue()


def started(tmp_path: Path, content: bytes, chosen: Settings = CHOSEN) -> "object":
    made = container(tmp_path, {"weights": {}}, {"weights/best.pth": content})
    network = resnet(chosen.model, chosen.num_classes)
    weights.start(network, made, chosen)
    return network


# As torchvision.models counts them, with 1000 classes.
@pytest.mark.parametrize(("name", "numbers", "entries"), [("resnet18", 11_689_512, 122), ("resnet50", 25_557_032, 320)])
def test_a_network_has_torchvisions_parameters(name: str, numbers: int, entries: int) -> None:
    with torch.device("meta"):
        state = resnet(name, 1000)

    assert sum(one.numel() for one in state.parameters()) == numbers
    assert len(state.state_dict()) == entries
    assert {"conv1.weight", "layer1.0.bn2.running_var", "layer2.0.downsample.1.bias", "fc.bias"} <= {
        *state.state_dict()
    }


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    shrink(monkeypatch)


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("wrapped", [lambda one: one, lambda one: {"state_dict": {f"module.{k}": one[k] for k in one}}])
def test_a_state_dict_of_other_classes_gives_all_but_the_last_layer(tmp_path: Path, wrapped) -> None:
    theirs = resnet("resnet18", 1000).state_dict()
    network = started(tmp_path, saved(wrapped(theirs)))

    assert torch.equal(network.layer4[1].conv2.weight, theirs["layer4.1.conv2.weight"])
    assert network.fc.weight.shape[0] == 3


@pytest.mark.usefixtures("small")
def test_a_state_dict_of_as_many_classes_gives_the_last_layer_too(tmp_path: Path) -> None:
    theirs = resnet("resnet18", 3).state_dict()

    assert torch.equal(started(tmp_path, saved(theirs)).fc.weight, theirs["fc.weight"])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: b"no pickle", "best.pth is not a PyTorch state dict"),
        (lambda: b"\x80\x02.", "best.pth is not a PyTorch state dict"),
        (lambda: saved(Path("/etc")), "best.pth is not a PyTorch state dict"),
        (lambda: saved({"epoch": 3}), "best.pth holds something other than tensors by name"),
        (lambda: saved(resnet("resnet50", 3).state_dict()), "does not hold the weights of a resnet18"),
        (lambda: saved({"conv1.weight": torch.zeros(1)}), "it has no bn1.weight"),
    ],
)
def test_weights_that_do_not_fit_are_refused(tmp_path: Path, content, sentence: str) -> None:
    with pytest.raises(CustomerError, match=sentence):
        started(tmp_path, content())


def test_without_imagenets_weights_it_says_what_to_give_instead(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no way out")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", unreachable)
    with pytest.raises(CustomerError, match=r"no ImageNet weights for resnet18 .* weights=s3://.* or pretrained=0"):
        weights.imagenet("resnet18")
    assert socket.getdefaulttimeout() is None


@pytest.mark.usefixtures("small")
def test_a_job_starts_from_an_earlier_jobs_model_and_refuses_one_of_other_classes(tmp_path: Path, caplog) -> None:
    from sandbox.sagemaker.job_folder import packed

    first = job(tmp_path / "first")
    carry_out(first)
    archive = {"model/model.tar.gz": packed(first.model_folder)}
    with caplog.at_level("INFO"):
        carry_out(job(tmp_path / "second", {"epochs": "1"}, archive))

    assert "Starting from the weights of the earlier model in model.tar.gz" in caplog.text
    with pytest.raises(CustomerError, match=r"model=resnet50 does not match .* trained with model=resnet18"):
        carry_out(job(tmp_path / "third", {"model": "resnet50"}, archive))
