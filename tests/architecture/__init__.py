"""Tests that hold the code, the manifest and the documents against each other."""
