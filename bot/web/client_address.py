"""Who really calls: behind a proxy of ours the forwarding headers tell, else the connection."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, Iterator, Sequence

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: `for=` of a Forwarded header (RFC 7239, section 6), which may name an address or hide it.
_FOR = re.compile(r'(?:^|[;,])\s*for="?([^";,]*)', re.IGNORECASE)
_PORT = re.compile(r"^(?:\[([^]]+)\]|([0-9.]+))(?::\d+)?$")


def believe_proxies(trusted: Sequence[str]) -> Middleware:
    """A middleware after which `request.remote` is the client, seen through `trusted` networks."""
    networks = [ipaddress.ip_network(network, strict=False) for network in trusted]

    @web.middleware
    async def look_through(request: web.Request, handler: Handler) -> web.StreamResponse:
        if networks and _is_in(request.remote, networks):
            request = request.clone(remote=client_address(request, networks))
        return await handler(request)

    return look_through


def client_address(request: web.Request, trusted: Sequence[Network]) -> str:
    """The last address on the way here that is no proxy of ours.

    Only what our proxies have added is believed: a client may write any header it likes, and
    what it wrote stands left of what they add.
    """
    address = request.remote or ""
    for earlier in _forwarded(request):
        if not _is_in(address, trusted):
            break
        address = earlier
    return address


def _forwarded(request: web.Request) -> Iterator[str]:
    """The addresses that the headers name, nearest first; none behind one that is no address."""
    written = ",".join(request.headers.getall(hdrs.X_FORWARDED_FOR, ()))
    named = [one.strip() for one in written.split(",")] if written else []
    if not named:
        written = ",".join(request.headers.getall(hdrs.FORWARDED, ()))
        named = [one.strip() for one in _FOR.findall(written)]
    for one in reversed(named):
        found = _PORT.match(one)
        plain = (found[1] or found[2]) if found else one
        try:
            yield str(ipaddress.ip_address(plain))
        except ValueError:
            return


def _is_in(address: str | None, networks: Sequence[Network]) -> bool:
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return False
    return any(found in network for network in networks)
