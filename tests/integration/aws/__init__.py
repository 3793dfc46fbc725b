"""The AWS adapters against the local AWS, over HTTP."""
