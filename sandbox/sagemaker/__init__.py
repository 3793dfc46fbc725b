"""A development stand-in for SageMaker on loopback, with S3, STS, IAM and CloudWatch Logs from moto's server beside it.

It really trains and serves. Jobs, models, endpoints, buckets and logs live in memory only and are gone when it stops;
what stays in the folder it is given is the cache of backbone and features. moto's state belongs to the process, so two
local AWS in one process share buckets and logs (not jobs and endpoints).
"""

from sandbox.sagemaker.server import LocalAws

__all__ = ["LocalAws"]
