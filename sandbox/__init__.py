"""The embedded default: a local Slack workspace and a local SageMaker on loopback, for development and tests."""
