"""Darkroom, a Slack bot with which a team builds image classifiers on Amazon SageMaker."""
