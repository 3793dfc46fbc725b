"""ResNet-18 and ResNet-50, written out, with torchvision's parameter names, so that its state dicts fit.

This file stands alone, because it travels inside the artifact as code/network.py.
https://arxiv.org/abs/1512.03385, with the stride in the 3x3 convolution as torchvision has it
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

CHANNELS = (64, 128, 256, 512)
STEM = 64
# torchvision's weights were trained on pixels in 0..1, less these means and divided by these deviations.
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions around which the input passes."""

    expansion = 1

    def __init__(self, entering: int, inner: int, stride: int) -> None:
        super().__init__()
        self.conv1 = convolution(entering, inner, 3, stride)
        self.bn1 = nn.BatchNorm2d(inner)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = convolution(inner, inner, 3)
        self.bn2 = nn.BatchNorm2d(inner)
        self.downsample = shortcut(entering, inner * self.expansion, stride)

    def forward(self, images: Any) -> Any:
        inside = self.relu(self.bn1(self.conv1(images)))
        around = images if self.downsample is None else self.downsample(images)
        return self.relu(self.bn2(self.conv2(inside)) + around)


class Bottleneck(nn.Module):
    """A 3x3 convolution between two of 1x1, the second of which widens fourfold."""

    expansion = 4

    def __init__(self, entering: int, inner: int, stride: int) -> None:
        super().__init__()
        self.conv1 = convolution(entering, inner, 1)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = convolution(inner, inner, 3, stride)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = convolution(inner, inner * self.expansion, 1)
        self.bn3 = nn.BatchNorm2d(inner * self.expansion)
        self.relu = nn.ReLU(inplace=True)
        self.downsample = shortcut(entering, inner * self.expansion, stride)

    def forward(self, images: Any) -> Any:
        inside = self.relu(self.bn1(self.conv1(images)))
        inside = self.relu(self.bn2(self.conv2(inside)))
        around = images if self.downsample is None else self.downsample(images)
        return self.relu(self.bn3(self.conv3(inside)) + around)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which blocks, and how many of them in each of the four stages."""

    block: type[BasicBlock] | type[Bottleneck]
    depths: tuple[int, int, int, int]


PLANS = {"resnet18": Plan(BasicBlock, (2, 2, 2, 2)), "resnet50": Plan(Bottleneck, (3, 4, 6, 3))}


class ResNet(nn.Module):
    """From images (N, 3, H, W), normalised, to a score for each class."""

    def __init__(self, plan: Plan, classes: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, STEM, kernel_size=7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(STEM)
        self.relu = nn.ReLU(inplace=True)
        self.maxpool = nn.MaxPool2d(kernel_size=3, stride=2, padding=1)
        entering = STEM
        for number, (inner, depth) in enumerate(zip(CHANNELS, plan.depths, strict=True), start=1):
            stride = 1 if number == 1 else 2
            setattr(self, f"layer{number}", stage(plan, entering, inner, depth, stride))
            entering = inner * plan.block.expansion
        self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
        self.fc = nn.Linear(entering, classes)

    def forward(self, images: Any) -> Any:
        maps = self.maxpool(self.relu(self.bn1(self.conv1(images))))
        maps = self.layer4(self.layer3(self.layer2(self.layer1(maps))))
        return self.fc(torch.flatten(self.avgpool(maps), 1))


def resnet(name: str, classes: int) -> ResNet:
    """The network with random weights, as He et al. draw them."""
    network = ResNet(PLANS[name], classes)
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
    return network


def stage(plan: Plan, entering: int, inner: int, depth: int, stride: int) -> Any:
    """Blocks of one resolution: only the first of them has the stride."""
    leaving = inner * plan.block.expansion
    later = (plan.block(leaving, inner, 1) for _ in range(depth - 1))
    return nn.Sequential(plan.block(entering, inner, stride), *later)


def convolution(entering: int, leaving: int, side: int, stride: int = 1) -> Any:
    return nn.Conv2d(entering, leaving, kernel_size=side, stride=stride, padding=side // 2, bias=False)


def shortcut(entering: int, leaving: int, stride: int) -> Any:
    """What makes a block's input fit its output, or None where it does."""
    if stride == 1 and entering == leaving:
        return None
    return nn.Sequential(convolution(entering, leaving, 1, stride), nn.BatchNorm2d(leaving))


def normalised(pixels: Any) -> Any:
    """Images as bytes (N, H, W, 3) in the network's own terms, (N, 3, H, W)."""
    # In the order of the planes: with the channels last, torch 2.13 computes otherwise each time on some processors.
    planes = pixels.permute(0, 3, 1, 2).contiguous().float().div_(255)
    mean, deviation = (torch.tensor(values, device=planes.device).view(1, 3, 1, 1) for values in (MEAN, DEVIATION))
    return planes.sub_(mean).div_(deviation)
