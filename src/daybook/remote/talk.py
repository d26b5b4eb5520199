"""The border of the ASGI app: a request as this house reads it, and an answer as the server wants it."""

import json
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

SMALL, LARGE = 10_000, 256_000_000
LOOPBACK = {"127.0.0.1", "::1"}


class Refusal(Exception):
    """The request is answered with this status and sentence."""

    def __init__(self, status: int, sentence: str, retry_after: float = 0) -> None:
        self.status = status
        self.sentence = sentence
        self.retry_after = retry_after
        super().__init__(sentence)


@dataclass
class Request:
    """One request."""

    method: str
    path: str
    headers: dict[str, str]
    address: str
    receive: Receive

    @classmethod
    def of(cls, scope: Scope, receive: Receive) -> "Request":
        """The request that the server hands us."""
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        client = (scope.get("client") or ("", 0))[0]
        forwarded = headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        # Behind a proxy on this machine everybody would look alike.
        address = forwarded if client in LOOPBACK and forwarded else client
        return cls(scope["method"], scope["path"], headers, address, receive)

    @property
    def key(self) -> str:
        """The key that the caller shows."""
        kind, _, key = self.headers.get("authorization", "").partition(" ")
        return key.strip() if kind.lower() == "bearer" else ""

    async def json(self, limit: int = SMALL) -> dict[str, Any]:
        """The body, which is a JSON object, perhaps compressed."""
        body = await self._body(limit)
        try:
            found = json.loads(body or b"{}")
        except ValueError as error:
            raise Refusal(400, "The body is not JSON.") from error
        if not isinstance(found, dict):
            raise Refusal(400, "The body is not a JSON object.")
        return found

    async def _body(self, limit: int) -> bytes:
        unpack = zlib.decompressobj(31) if self.headers.get("content-encoding") == "gzip" else None
        body = bytearray()
        while True:
            message = await self.receive()
            if message["type"] == "http.disconnect":
                raise Gone
            body += self._piece(message.get("body", b""), unpack, limit - len(body))
            if len(body) > limit:
                raise Refusal(413, "The body is too large.")
            if not message.get("more_body"):
                return bytes(body)

    @staticmethod
    def _piece(raw: bytes, unpack: Any, room: int) -> bytes:
        if unpack is None:
            return raw
        try:
            piece: bytes = unpack.decompress(raw, room + 1)
        except zlib.error as error:
            raise Refusal(400, "The body is not what it says it is.") from error
        return piece

    async def gone(self) -> None:
        """Returns when the caller has hung up."""
        while (await self.receive())["type"] != "http.disconnect":
            continue


class Gone(Exception):
    """The caller hung up."""


async def answer(send: Send, status: int, value: dict[str, Any], headers: dict[str, str] | None = None) -> None:
    """Answer with JSON."""
    body = json.dumps(value).encode()
    await answer_bytes(send, status, body, {"content-type": "application/json", **(headers or {})})


async def answer_bytes(send: Send, status: int, body: bytes, headers: dict[str, str]) -> None:
    """Answer with these bytes."""
    fixed = {"content-length": str(len(body)), "cache-control": "no-store", "x-content-type-options": "nosniff"}
    named = [(name.encode(), value.encode()) for name, value in (fixed | headers).items()]
    await send({"type": "http.response.start", "status": status, "headers": named})
    await send({"type": "http.response.body", "body": body})
