"""The tests, as a package: an installed package is named `tests` too, and this one must win."""
