"""Unit tests, one module for each module under test."""
