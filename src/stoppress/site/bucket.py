"""Media in a bucket of an S3-compatible service."""

import threading
from typing import Any, NoReturn

from boto3.s3.transfer import TransferConfig
from boto3.session import Session
from botocore.config import Config
from storages.backends.s3 import S3Storage

# A storage that does not answer must not hold up readers and editors for minutes.
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 3, 10, 2


class Bucket(S3Storage):  # type: ignore[misc]
    """django-storages' own, with limits of time, one connection, and no address for readers.

    Each request of Django has a separate thread, and a new connection takes longer than reading a
    picture. boto3 allows several threads to use one client.

    Args:
        addressing_style, signature_version: of botocore's configuration.
        options: of `S3Storage`.
    """

    def __init__(self, addressing_style: str, signature_version: str, **options: Any) -> None:
        config = Config(
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            s3={"addressing_style": addressing_style},
            signature_version=signature_version,
            # Services other than AWS may not know the newer sums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        one_thread = TransferConfig(use_threads=False)
        super().__init__(client_config=config, transfer_config=one_thread, **options)
        self._lock = threading.Lock()
        self._shared: Any = None

    @property
    def connection(self) -> Any:
        with self._lock:
            if self._shared is None:
                session: Session = self._create_session()
                self._shared = session.resource(
                    "s3",
                    region_name=self.region_name,
                    endpoint_url=self.endpoint_url,
                    config=self.client_config,
                )
            return self._shared

    def url(self, name: str, *_: object, **__: object) -> NoReturn:
        """Raise an error: an address of the bucket would bypass the visibility check."""
        raise NotImplementedError("Media have no address but the site's own.")
