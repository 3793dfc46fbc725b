"""The bot's side of Slack's Web API: cards, answers, uploaded files and user groups."""
