"""Store uploaded files in the temporary directory while a request is read."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils.translation import gettext as _

from .uploading import NotNow

logger = logging.getLogger(__name__)


class ToDisk(TemporaryFileUploadHandler):
    """Django's handler, with a clear error if the directory is full or missing.

    Raises:
        NotNow: by each method.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with _in_words():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with _in_words():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> Any:
        with _in_words():
            return super().file_complete(file_size)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        logger.error("an upload cannot be kept in the temporary directory: %s", error)
        words = _(
            "The server has no space for the file, and nothing was saved. Upload it again later."
        )
        raise NotNow(words) from error
