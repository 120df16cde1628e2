"""The network, for bibliographic services: polite, patient, bounded."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

import httpx
import tenacity

from octavo.records import Diagnostic

_RETRIED = frozenset({429, 500, 502, 503, 504})
_MOST_BYTES = 20_000_000


class FetchError(Exception):
    """A service did not give what was asked for; ``diagnostic`` says why and what to do."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.diagnostic = Diagnostic(code=code, message=message, hint=hint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a service answered, after redirects."""

    url: str
    content_type: str
    body: bytes
    encoding: str = "utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """The body as text."""
        return self.body.decode(self.encoding, "replace")

    def json(self) -> Any:
        """The body as JSON. Raises :class:`FetchError` (``not-metadata``) when it isn't."""
        if "json" not in self.content_type:
            raise FetchError(
                "not-metadata",
                f"{self.url} answered with {self.content_type or 'no content type'}, not JSON",
                "The service may be down, or the network may want a log-in page first.",
            )
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise FetchError("not-metadata", f"{self.url} answered with broken JSON") from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, and how often to try; ``sleep`` is what waiting is."""

    tries: int = 3
    timeout: float = 15.0
    whole: float = 45.0
    longest_pause: float = 30.0
    sleep: Callable[[float], None] = field(default=time.sleep)


class _TryAgainError(Exception):
    def __init__(self, error: FetchError, pause: float | None) -> None:
        super().__init__(str(error))
        self.error = error
        self.pause = pause


class Web:
    """A client for bibliographic services. ``email`` goes into the User-Agent, as Crossref asks."""

    def __init__(
        self, *, email: str = "", offline: bool = False, patience: Patience | None = None
    ) -> None:
        contact = f" (mailto:{email})" if email else ""
        self._offline = offline
        self._patience = patience or Patience()
        self._client = httpx.Client(
            follow_redirects=True,
            timeout=self._patience.timeout,
            headers={"User-Agent": f"octavo/0.1{contact}"},
        )

    def __enter__(self) -> Web:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def get(
        self, url: str, *, accept: str = "*/*", params: Mapping[str, str] | None = None
    ) -> Answer:
        """Fetch a URL, trying again where that can help.

        Raises :class:`FetchError` with one of the codes ``offline``, ``unreachable``,
        ``too-slow``, ``not-found``, ``rate-limited``, ``service-error``, ``redirect-loop``,
        ``not-metadata``.
        """
        if self._offline:
            raise FetchError(
                "offline", f"offline: {url} was not asked", "Leave out --offline to fetch it."
            )
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._patience.tries),
            wait=self._pause,
            retry=tenacity.retry_if_exception_type(_TryAgainError),
            sleep=self._patience.sleep,
            reraise=True,
        )
        try:
            return retrying(self._once, url, accept, params)
        except _TryAgainError as last:
            raise last.error from last

    def _pause(self, state: tenacity.RetryCallState) -> float:
        outcome = state.outcome.exception() if state.outcome else None
        asked = outcome.pause if isinstance(outcome, _TryAgainError) else None
        pause = 2.0 ** (state.attempt_number - 1) if asked is None else asked
        return min(pause, self._patience.longest_pause)

    def _once(self, url: str, accept: str, params: Mapping[str, str] | None) -> Answer:
        try:
            with self._client.stream(
                "GET", url, headers={"Accept": accept}, params=params
            ) as response:
                self._judge(response)
                body = self._body(response)
        except httpx.TooManyRedirects as error:
            raise FetchError("redirect-loop", f"{url} leads in a circle") from error
        except httpx.TimeoutException as error:
            slow = FetchError("too-slow", f"{url} did not answer in time", "Try again later.")
            raise _TryAgainError(slow, None) from error
        except (httpx.TransportError, httpx.InvalidURL) as error:
            dead = FetchError(
                "unreachable", f"{url} cannot be reached: {error}", "Is the network there?"
            )
            raise _TryAgainError(dead, None) from error
        return Answer(
            url=str(response.url),
            content_type=response.headers.get("content-type", "").lower(),
            body=body,
            encoding=response.charset_encoding or "utf-8",
            headers={name.lower(): value for name, value in response.headers.items()},
        )

    def _judge(self, response: httpx.Response) -> None:
        status, url = response.status_code, response.request.url
        if status < 400:
            return
        if status in (404, 410):
            raise FetchError(
                "not-found", f"{url} does not know it ({status})", "Check the identifier."
            )
        code = "rate-limited" if status == 429 else "service-error"
        error = FetchError(code, f"{url} answered {status}", "Try again later.")
        if status in _RETRIED:
            raise _TryAgainError(error, _retry_after(response.headers.get("retry-after", "")))
        raise error

    def _body(self, response: httpx.Response) -> bytes:
        end = time.monotonic() + self._patience.whole
        parts: list[bytes] = []
        size = 0
        for part in response.iter_bytes():
            parts.append(part)
            size += len(part)
            if time.monotonic() > end or size > _MOST_BYTES:
                raise FetchError(
                    "too-slow", f"{response.request.url} sends too much, or too slowly"
                )
        return b"".join(parts)


def _retry_after(value: str) -> float | None:
    """Seconds to wait by a Retry-After header (RFC 9110, 10.2.3): a number, or a date."""
    if value.strip().isdigit():
        return float(value)
    try:
        at = email.utils.parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, at.timestamp() - time.time())
