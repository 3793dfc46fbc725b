"""The CloudFormation template, and whether its permissions are those that the code needs."""
