"""The world behind the ports: the database, Slack, SageMaker and S3; nothing here decides anything about the domain."""
