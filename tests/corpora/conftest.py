from tests.ingest.conftest import own_network, web

__all__ = ["own_network", "web"]
