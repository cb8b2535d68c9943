"""The judge: compares the answers on a connection with the bytes that it sent."""

import hashlib
import json

from .answers import MARK, Answer
from .conversation import Connection
from .find import Find
from .frames import FIN, PONG, read_frames
from .message import Message, Reading
from .nonce import nonces

# Headers of the framing, which a server may change.
FRAMING = {"content-length", "transfer-encoding"}
# Refusals of requests that are valid for an application.
TOO_LARGE, EXPECTATION_FAILED = 413, 417


def judge(connection: Connection, exact: bool) -> None:
    """Check one connection that has ended.

    Args:
        exact: the application reports what it was given.

    Raises:
        Find: an answer is wrong or missing.
    """
    reading = connection.reading()
    found = connection.answers()
    answers = list(found.answers)
    if connection.hung:
        raise Find(f"{connection.hung} did not come; {told(connection, reading)}")
    refused = False
    for number, message in enumerate(reading.messages):
        if not answers:
            if not (connection.cut or connection.reset or left_early(connection, reading, number)):
                raise Find(f"request {number} has no answer; {told(connection, reading)}")
            return
        answer = answers.pop(0)
        belongs(answer, message)
        if answer.status == 101 and not message.handshake:
            raise Find(f"request {number} is no handshake; {told(connection, reading)}")
        if answer.status == 101:
            judge_frames(connection, reading, found.rest, message, exact)
            return
        refused = is_refusal(answer, exact)
        if refused:
            # A client must not send frames before the answer (RFC 6455, section 4.1).
            if not (message.handshake and connection.early):
                check_refusal(answer, message, exact, told(connection, reading))
            if answer.closes or message.closes:
                break
        elif exact:
            check_echo(answer, message)
        if not answers and (message.closes is None or message.may_refuse):
            # A request that was answered after its head may still be refused for its body.
            return
    check_end(connection, reading, answers, refused, exact)
    if found.rest and not connection.reset:
        raise Find(f"half an answer: {found.rest[:100]!r}; {told(connection, reading)}")


def belongs(answer: Answer, message: Message) -> None:
    """Raise a find if an answer belongs to another request."""
    strange = nonces(answer.raw) - nonces(message.head)
    if any(nonce.startswith(b"x") for nonce in strange):
        raise Find(f"a body was answered as a request: {strange}")
    if strange:
        raise Find(f"the answer is another's: {strange} for {nonces(message.head)}")


def is_refusal(answer: Answer, exact: bool) -> bool:
    """Return whether the answer is the server's, not the application's."""
    return MARK not in answer.headers if exact else answer.status >= 400 and answer.closes


def check_refusal(answer: Answer, message: Message, exact: bool, words: str) -> None:
    """Raise a find if a request was refused that must not be."""
    if answer.status < 400:
        raise Find(f"{answer.status} is no refusal; {words}")
    large = answer.status == TOO_LARGE and bool(message.body)
    unmet = answer.status == EXPECTATION_FAILED and bool(message.values("expect"))
    if exact and not (message.may_refuse or large or unmet):
        raise Find(f"{answer.status} for what is right; {words}")


def check_echo(answer: Answer, message: Message) -> None:
    """Raise a find if the application was given another request than the one sent."""
    if message.method == "HEAD":
        return
    if answer.status != 200:
        raise Find(f"an exception answers {answer.status}: {answer.raw[:200]!r}")
    seen = json.loads(answer.body)
    body = (seen["length"], seen["digest"])
    if body != (len(message.body), hashlib.sha256(message.body).hexdigest()):
        raise Find(f"of a body of {len(message.body)} bytes {seen['length']} were given")
    if seen["method"] != message.method:
        raise Find(f"{message.method} was taken for {seen['method']}")
    if message.loose:
        return
    # ASGI cannot distinguish an empty query from none.
    if seen["target"] != message.target.removesuffix("?"):
        raise Find(f"{message.target!r} was taken for {seen['target']!r}")
    # llhttp keeps some of the white space after a value.
    got = sorted(
        (name, value.strip(" \t")) for name, value in seen["headers"] if name not in FRAMING
    )
    meant = sorted(header for header in message.headers if header[0] not in FRAMING)
    if got != meant:
        more = [header for header in got if header not in meant]
        less = [header for header in meant if header not in got]
        raise Find(f"headers that nobody sent: {more}; that were lost: {less}")


def check_end(
    connection: Connection, reading: Reading, answers: list[Answer], refused: bool, exact: bool
) -> None:
    """Raise a find if too many answers came, or an invalid request was not refused."""
    words = told(connection, reading)
    if reading.end in {"unreadable", "partial"} and not refused and answers:
        answer = answers.pop(0)
        answered = nonces(answer.raw) or MARK in answer.headers or answer.status < 400
        # An application may answer before it has the whole body, but not an invalid request.
        if answered and (exact or reading.end == "unreadable"):
            raise Find(f"what is no request was answered: {answer.raw[:200]!r}; {words}")
    elif (
        reading.end == "unreadable" and not refused and not connection.cut and not connection.reset
    ):
        raise Find(f"what cannot be read was not refused; {words}")
    if answers:
        raise Find(f"more answers than requests: {answers[0].raw[:200]!r}; {words}")


def judge_frames(
    connection: Connection, reading: Reading, rest: bytes, message: Message, exact: bool
) -> None:
    """Raise a find if the frames of a WebSocket are wrong."""
    words = told(connection, reading)
    heard = read_frames(rest, masked=False)
    while heard.close is not None and heard.rest[:1] == bytes([FIN | PONG]):
        # A pong may follow a close frame: only data frames are forbidden then (5.5.1).
        heard.rest = heard.rest[2 + heard.rest[1] :]
    if heard.wrong or (heard.rest and (heard.close is not None or not connection.cut)):
        raise Find(f"frames that are none ({heard.wrong}): {rest[:100]!r}; {words}")
    strange = nonces(rest) - nonces(message.head)
    if strange - nonces(reading.rest) or any(nonce.startswith(b"x") for nonce in strange):
        raise Find(f"a WebSocket got another's message: {strange}; {words}")
    if not exact or connection.reset:
        return
    said = read_frames(reading.rest, masked=True)
    meant = [message.target.encode(), *said.texts]
    if heard.texts != meant[: len(heard.texts)]:
        raise Find(f"messages that nobody sent: {heard.texts}; {words}")
    goes_on = not (said.wrong or said.close is not None or said.binary or heard.close is not None)
    if goes_on and not connection.early and not connection.cut and heard.texts != meant:
        raise Find(f"only {heard.texts} came back; {words}")


def left_early(connection: Connection, reading: Reading, number: int) -> bool:
    """Return whether a server may close without an answer, at a handshake that comes too early."""
    return reading.messages[number].handshake and (connection.early or number > 0)


def told(connection: Connection, reading: Reading) -> str:
    """Return a description of a connection, in one line."""
    return (
        f"{len(reading.messages)} requests, then {reading.end}"
        f"{f' ({reading.why})' if reading.why else ''}; "
        f"sent {connection.sent[-400:]!r}, got {connection.got[-300:]!r}"
    )
