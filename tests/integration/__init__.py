"""Adapters and the sandbox over HTTP, files and real servers."""
