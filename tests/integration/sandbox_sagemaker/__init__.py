"""The local AWS, spoken to by real boto3 clients over HTTP."""
