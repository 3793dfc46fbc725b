"""The recipe pytorch-resnet: trains a whole ResNet-18 or -50 with PyTorch. torch is imported in this folder only."""
