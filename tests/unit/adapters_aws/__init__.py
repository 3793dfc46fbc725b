"""The AWS adapters with botocore stubbed: every request, every error, every status."""
