"""`python -m bot dataset`: the same checks and the same files on a folder, without Slack or AWS."""
