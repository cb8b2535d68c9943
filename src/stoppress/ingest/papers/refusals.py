"""The outcomes of a source whose paper cannot be followed at present."""

from http import HTTPStatus

from stoppress.live.client import Refused
from stoppress.newsroom.phrase import Phrase

from .paper import NOT_A_PAPER, PaperError
from .token_file import NoToken

NOT_ACCEPTED = Phrase(
    "The paper does not accept the token. Create one there with `stoppress token NAME --scope read`"
    " and put it into the file."
)
NOT_ALLOWED = Phrase("The token may not read the paper's wire. It needs the scope read.")
OTHER_VERSION = Phrase(
    "The paper does not understand the request. Its Stop Press may be too old or too new."
)

# WebSocket close codes are 4000 plus the HTTP status of the same meaning.
_BY_STATUS = {
    HTTPStatus.UNAUTHORIZED: NOT_ACCEPTED,
    HTTPStatus.FORBIDDEN: NOT_ALLOWED,
    HTTPStatus.NOT_FOUND: NOT_A_PAPER,
    HTTPStatus.BAD_REQUEST: OTHER_VERSION,
    HTTPStatus.CONFLICT: OTHER_VERSION,
}


def refusal(error: Exception) -> Phrase:
    """Return the reason why a paper cannot be followed at present, and what to do."""
    if isinstance(error, NoToken):
        return error.words
    status = error.code % 4000 if isinstance(error, Refused) else getattr(error, "status", None)
    if status in _BY_STATUS:
        return _BY_STATUS[HTTPStatus(status)]
    if isinstance(error, PaperError):
        return error.words
    return Phrase("The paper cannot be followed (%(why)s).", why=" ".join(str(error).split())[:300])
