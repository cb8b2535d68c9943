"""The storage of media: files in the data directory, or a bucket of an S3-compatible service.

A bucket stays private, and readers never see its address: the site serves media, and checks at each
request whether they are public (`newsroom/pictures/views.py`).
"""

from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

STATIC = {
    "BACKEND": "stoppress.site.static_files.storage.SiteFiles",
    # A web server in front may serve them, as another user.
    "OPTIONS": {"file_permissions_mode": 0o644, "directory_permissions_mode": 0o755},
}
FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


def storages(
    bucket: str, endpoint: str, region: str, access_key: str, secret_key: str
) -> dict[str, dict[str, Any]]:
    """Return Django's `STORAGES`.

    Args:
        bucket: its name; empty for files in the data directory.
        endpoint: the service's address; empty for that of AWS.
        region: the service's name for it; empty if there is none.
        access_key, secret_key: of an account that may list the bucket, and get, put and delete
            objects; both empty if the machine itself has the right.

    Raises:
        ImproperlyConfigured: values are missing or contradict each other, or the extra is missing.
    """
    if not bucket:
        given = {
            "STOPPRESS_MEDIA_ENDPOINT": endpoint,
            "STOPPRESS_MEDIA_REGION": region,
            "STOPPRESS_MEDIA_ACCESS_KEY": access_key,
            "STOPPRESS_MEDIA_SECRET_KEY": secret_key,
        }
        if lonely := [name for name, value in given.items() if value]:
            raise ImproperlyConfigured(f"{lonely[0]} needs STOPPRESS_MEDIA_BUCKET too.")
        return {"default": FILES, "staticfiles": STATIC}
    if bool(access_key) != bool(secret_key):
        raise ImproperlyConfigured(
            "Set both STOPPRESS_MEDIA_ACCESS_KEY and STOPPRESS_MEDIA_SECRET_KEY, or neither."
        )
    _check_endpoint(endpoint)
    if missing := [name for name in ("storages", "boto3") if find_spec(name) is None]:
        raise ImproperlyConfigured(
            "STOPPRESS_MEDIA_BUCKET needs the extra `s3`. Install it: pip install "
            f"'stop-press[s3]' (not installed: {', '.join(missing)})"
        )
    return {
        "default": _bucket(bucket, endpoint, region, access_key, secret_key),
        "staticfiles": STATIC,
    }


def _check_endpoint(endpoint: str) -> None:
    if not endpoint:
        return
    try:
        parts = urlsplit(endpoint)
        right = parts.scheme in ("http", "https") and parts.hostname and not parts.username
    except ValueError:
        right = False
    if not right:
        raise ImproperlyConfigured(
            "STOPPRESS_MEDIA_ENDPOINT must be an address such as https://s3.example.org, without a "
            "user's name or a password."
        )


def _bucket(
    bucket: str, endpoint: str, region: str, access_key: str, secret_key: str
) -> dict[str, Any]:
    return {
        "BACKEND": "stoppress.site.bucket.Bucket",
        "OPTIONS": {
            "bucket_name": bucket,
            "endpoint_url": endpoint or None,
            "region_name": region or None,
            "access_key": access_key or None,
            "secret_key": secret_key or None,
            "signature_version": "s3v4",
            # Services other than AWS have no separate host name for each bucket.
            "addressing_style": "path" if endpoint else "auto",
            "default_acl": None,  # the bucket's default: private
            "file_overwrite": True,  # names are unique; a check would be one more call
        },
    }
