"""The files that SageMaker's image classification reads: RecordIO, `.lst` and augmented manifests; pure."""
