"""Fetching one picture from an allowed host.

By the standard library's ``http.client`` (what ``urllib.request`` stands on) and not by ``requests``:
the connection has to go to the very address that was checked, and both of the others look the
host's name up a second time, follow redirections and proxies of the environment on their own.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urljoin

from backoffice.kernel.transfers.pictures.hosts import AllowedHosts, FetchRefused, Place, checked_address, place_of
from backoffice.kernel.transfers.reading.limits import in_megabytes

# Seconds without a byte, and for a whole picture.
SILENCE_SECONDS = 10.0
WHOLE_SECONDS = 60.0
MOST_REDIRECTIONS = 3
_PIECE = 65_536
_OK = 200
_MOVED = frozenset({301, 302, 303, 307, 308})


class HostSilent(FetchRefused):
    """A host cannot be reached or does not answer in time, so that asking it again is of little use."""


def fetch(url: str, allowed: AllowedHosts, *, max_bytes: int, seconds: float = WHOLE_SECONDS) -> bytes:
    """Fetch a file of an allowed host.

    Args:
        url: its address; https, or http on the machine itself.
        allowed: the hosts of the shop's settings.
        max_bytes: the most that is taken.
        seconds: the longest that it may take.

    Raises:
        FetchRefused: it is not to be had, with the reason in plain words.
    """
    place = place_of(url, allowed)
    for _ in range(MOST_REDIRECTIONS + 1):
        content, moved_to = _ask(place, allowed, max_bytes, seconds)
        if not moved_to:
            return content
        target = place_of(_whole(place, moved_to), allowed)
        if (target.host, target.port) != (place.host, place.port) or target.scheme != place.scheme:
            raise FetchRefused("the server sends us on to another host")
        place = target
    raise FetchRefused("the server sends us on again and again")


def _whole(place: Place, moved_to: str) -> str:
    """Return the address that a server sends us on to, which it may name in parts."""
    try:
        return urljoin(f"{place.scheme}://{place.host_header}{place.target}", moved_to)
    except ValueError:
        raise FetchRefused("the server sends us on to an address that cannot be read") from None


def _ask(place: Place, allowed: AllowedHosts, max_bytes: int, seconds: float) -> tuple[bytes, str]:
    """Return the content, or where it has moved to."""
    try:
        with _connection(place, allowed, seconds) as connection:
            connection.request(
                "GET",
                place.target,
                headers={
                    "Host": place.host_header,
                    "Accept": "image/png, image/jpeg",
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                    "User-Agent": "Backoffice",
                },
            )
            with closing(connection.getresponse()) as response:
                if response.status in _MOVED and response.headers.get("Location"):
                    return b"", str(response.headers["Location"])
                if response.status != _OK:
                    raise FetchRefused(f"the server answers {response.status}")
                return _body(response, max_bytes), ""
    except TimeoutError:
        raise HostSilent(f"{place.host} does not answer in time") from None
    except ssl.SSLCertVerificationError:
        raise FetchRefused(f"the certificate of {place.host} is not good") from None
    except ssl.SSLError:
        raise FetchRefused(f"there is no secure connection to {place.host}") from None
    except http.client.HTTPException:
        raise FetchRefused(f"{place.host} breaks off its answer") from None
    except OSError:
        raise HostSilent(f"{place.host} cannot be reached") from None


def _body(response: http.client.HTTPResponse, max_bytes: int) -> bytes:
    """Read the content piece by piece, and no more than is allowed."""
    too_large = FetchRefused(f"the file is larger than {in_megabytes(max_bytes)}")
    announced = response.length
    if announced is not None and announced > max_bytes:
        raise too_large
    pieces: list[bytes] = []
    size = 0
    while piece := response.read1(_PIECE):
        size += len(piece)
        if size > max_bytes:
            raise too_large
        pieces.append(piece)
    if announced is not None and size < announced:
        raise FetchRefused("the server breaks off its answer")
    return b"".join(pieces)


@contextmanager
def _connection(place: Place, allowed: AllowedHosts, seconds: float) -> Iterator[http.client.HTTPConnection]:
    """Connect to the address that was checked; hang up when time is over, however slowly bytes drip in."""
    family, address = checked_address(place, allowed)
    sock = socket.socket(socket.AddressFamily(family), socket.SOCK_STREAM)
    over = threading.Event()

    def hang_up() -> None:
        over.set()
        try:
            sock.shutdown(socket.SHUT_RDWR)
        except OSError:  # not connected yet, or not any more
            sock.close()

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    connection = http.client.HTTPConnection(place.host, place.port, timeout=SILENCE_SECONDS)
    try:
        timer.start()
        sock.settimeout(SILENCE_SECONDS)
        sock.connect((address, place.port))
        if place.scheme == "https":
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=place.host)
        connection.sock = sock
        yield connection
        if over.is_set():
            raise TimeoutError
    except (OSError, http.client.HTTPException, FetchRefused):
        if over.is_set():
            raise TimeoutError from None
        raise
    finally:
        timer.cancel()
        connection.close()
        sock.close()
