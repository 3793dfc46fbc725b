"""What people see in Slack: pure functions from domain objects to messages, modals and the Home tab."""
