"""The image classification engine: a SageMaker training container and script-mode program, standing alone."""
