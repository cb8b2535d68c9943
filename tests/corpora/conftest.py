import os

from tests.ingest.conftest import own_network

__all__ = ["own_network"]

# schema.org's terms are a file of their own: `make corpora CORPORA=DIR VOCABULARY=FILE`.
collect_ignore = [] if "STOPPRESS_VOCABULARY" in os.environ else ["test_vocabulary.py"]
