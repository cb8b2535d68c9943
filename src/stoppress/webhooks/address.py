"""Check the addresses of endpoints."""

from stoppress.outside.no_answer import NotAllowed
from stoppress.outside.rules import Rules, allowed


def check_address(url: str, rules: Rules) -> None:
    """Refuse an address that is not allowed. Its IP address is checked at the connection.

    Raises:
        NotAllowed: the message says why.
    """
    address = allowed(url, rules)
    if address.scheme != "https" and not rules.private:
        raise NotAllowed(
            "Messages are sent only to https addresses. STOPPRESS_FETCH_PRIVATE=1 allows http."
        )
