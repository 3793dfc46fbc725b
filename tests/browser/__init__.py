"""The sandbox's page in a real Chromium, with a small Bolt app on the other side."""
