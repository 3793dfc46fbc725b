"""Names the S3 operation of a request, for those who watch the calls or ask for faults; moto does the work itself."""

from typing import Any

from werkzeug.wrappers import Request

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html
_OBJECT = {"GET": "GetObject", "HEAD": "HeadObject", "PUT": "PutObject", "DELETE": "DeleteObject"}
_BUCKET = {"GET": "ListObjects", "HEAD": "HeadBucket", "PUT": "CreateBucket", "DELETE": "DeleteBucket"}
_MULTIPART = {
    ("POST", "uploads"): "CreateMultipartUpload",
    ("PUT", "uploadId"): "UploadPart",
    ("POST", "uploadId"): "CompleteMultipartUpload",
    ("DELETE", "uploadId"): "AbortMultipartUpload",
    ("GET", "uploadId"): "ListParts",
    ("POST", "delete"): "DeleteObjects",
    ("GET", "list-type"): "ListObjectsV2",
    ("GET", "location"): "GetBucketLocation",
}


def s3_operation(request: Request) -> str:
    for (method, argument), operation in _MULTIPART.items():
        if request.method == method and argument in request.args:
            return operation
    arguments = s3_arguments(request)
    if "Key" in arguments:
        copied = request.method == "PUT" and "x-amz-copy-source" in request.headers
        return "CopyObject" if copied else _OBJECT.get(request.method, request.method)
    return _BUCKET.get(request.method, request.method) if "Bucket" in arguments else "ListBuckets"


def s3_arguments(request: Request) -> dict[str, Any]:
    bucket, _, key = request.path.lstrip("/").partition("/")
    arguments = {"Bucket": bucket, "Key": key, "Prefix": request.args.get("prefix", "")}
    return {name: value for name, value in arguments.items() if value}
