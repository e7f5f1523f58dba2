"""Whom to believe: whether the person named in From is the one who wrote.

Proof is one of two things: the reply token that was made for one address comes back from that
address, or our own mail server found DKIM, SPF or DMARC in order for the registered address.
`dmarc=fail` there beats both. Display names, Reply-To, Sender and ARC never prove anything.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from domain.values import value
from inbound.auth_results import AuthResults, authserv_id, parse_auth_results
from inbound.mail import InboundMail

_HOST = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}")
LONGEST_DOMAIN = 253  # letters (RFC 1035, 2.3.4, without the root's dot)
_ROUGH_FAIL = re.compile(r"dmarc\s*=\s*\"?fail", re.IGNORECASE)
_WRITTEN_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "LATIN", "FULLWIDTH"})


@value
class Proof:
    """`reason` is a stable code.

    Proven: `token`, `dmarc`, `dkim`, `spf`. Unproven: `no_sender`, `bad_domain`, `dmarc_fail`,
    `token_other_sender`, `no_authserv_id`, `not_registered`, `ambiguous_address`, `no_results`,
    `unreadable_results`, `not_aligned`.
    """

    proven: bool
    reason: str


def judge_sender(
    mail: InboundMail,
    *,
    authserv_id: str | None,
    registered: Collection[str],
    token_address: str | None,
    token_ok: bool,
) -> Proof:
    """Judges who wrote.

    `authserv_id` is the id of our own mail server (RFC 8601), None where none is set;
    `registered` are the addresses we know people by; `token_address` is the address for which
    the thread's or reply address's token was made, and `token_ok` says its MAC was right.
    """
    sender = mail.sender
    if not sender or sender.count("@") != 1:
        return Proof(False, "no_sender")
    domain = host_of(sender)
    if domain is None:
        return Proof(False, "bad_domain")
    own, readable = _own_results(mail, authserv_id)
    if _dmarc_failed(own, mail, authserv_id):
        return Proof(False, "dmarc_fail")
    if token_ok and token_address and same_address(sender, token_address):
        return Proof(True, "token")
    believed = _by_results(sender, domain, own, registered, authserv_id, readable)
    if not believed.proven and token_ok and token_address:
        return Proof(False, "token_other_sender")
    return believed


def _by_results(
    sender: str,
    domain: str,
    own: list[AuthResults],
    registered: Collection[str],
    authserv_id: str | None,
    readable: bool,
) -> Proof:
    if not authserv_id:
        return Proof(False, "no_authserv_id")
    known = [address for address in registered if same_address(sender, address)]
    if not known:
        return Proof(False, "not_registered")
    if len(set(known)) > 1:
        return Proof(False, "ambiguous_address")
    if not readable:
        return Proof(False, "unreadable_results")
    if not own:
        return Proof(False, "no_results")
    for method in ("dmarc", "dkim", "spf"):
        if any(_passes(method, domain, fields) for fields in own):
            return Proof(True, method)
    return Proof(False, "not_aligned")


def _own_results(mail: InboundMail, own_id: str | None) -> tuple[list[AuthResults], bool]:
    """The fields that our server signed, and whether each of them could be read."""
    found: list[AuthResults] = []
    readable = True
    for field in mail.auth_results if own_id else ():
        parsed = parse_auth_results(field)
        if parsed is None:
            readable = readable and not _signed_by(field, own_id)
        elif parsed.authserv_id == (own_id or "").strip().lower():
            found.append(parsed)
    return found, readable


def _signed_by(field: str, own_id: str | None) -> bool:
    """Whether a field that can't be read might be ours."""
    signer = authserv_id(field)
    return signer is None or signer == (own_id or "").strip().lower()


def _dmarc_failed(own: list[AuthResults], mail: InboundMail, own_id: str | None) -> bool:
    if any(
        one.method == "dmarc" and one.verdict == "fail" for fields in own for one in fields.results
    ):
        return True
    # A field of ours that breaks the grammar proves nothing, but it may still warn.
    return any(
        _ROUGH_FAIL.search(field) is not None
        for field in (mail.auth_results if own_id else ())
        if parse_auth_results(field) is None and _signed_by(field, own_id)
    )


def _passes(method: str, domain: str, fields: AuthResults) -> bool:
    for one in fields.results:
        if one.method != method or one.verdict != "pass":
            continue
        if method == "dmarc" and _host(one.value("header.from")) == domain:
            return True
        if method == "dkim" and _aligned(
            _signing_domain(one.value("header.d"), one.value("header.i")), domain
        ):
            return True
        if method == "spf" and _aligned(_host(one.value("smtp.mailfrom")), domain):
            return True
    return False


def _signing_domain(d: str | None, i: str | None) -> str | None:
    """The domain that signed: `header.d`, else that of `header.i`; the two must agree."""
    signer, identity = _host(d), _host(i)
    if d is None:
        return identity
    if i is not None and (identity is None or signer is None or not _aligned(identity, signer)):
        return None
    return signer


def _aligned(host: str | None, domain: str) -> bool:
    """The same domain or one below it; no guess about where public suffixes end."""
    return host is not None and (host == domain or host.endswith("." + domain))


def _host(value: str | None) -> str | None:
    """The host of a domain or an address in A-label form; None where it is neither."""
    if not value:
        return None
    return _a_label(value.rpartition("@")[2])


def host_of(address: str) -> str | None:
    """The domain of an address in A-label form; None where it can't be trusted to be one."""
    local, _, domain = address.rpartition("@")
    if not local or not address.isprintable() or any(letter.isspace() for letter in address):
        return None
    return _a_label(domain)


def _a_label(domain: str) -> str | None:
    domain = domain.lower()
    if len(domain) > LONGEST_DOMAIN:
        return None
    if not domain.isascii():
        if not _one_script(domain):
            return None
        try:
            encoded = domain.encode("idna")
            if encoded.decode("idna") != unicodedata.normalize("NFC", domain):
                return None
        except UnicodeError:
            return None
        domain = encoded.decode("ascii")
    return domain if _HOST.fullmatch(domain) else None


def _one_script(domain: str) -> bool:
    """Whether no label mixes alphabets, as look-alike domains do."""
    for part in domain.split("."):
        scripts = {
            unicodedata.name(letter, "?").split(" ")[0] for letter in part if letter.isalpha()
        }
        scripts = {script.removesuffix("-IDEOGRAPH") for script in scripts}
        if len(scripts) > 1 and not scripts <= _WRITTEN_TOGETHER:
            return False
    return True


def same_address(one: str, other: str) -> bool:
    """Whether two addresses name one mailbox: no folding but that of case."""
    one_local, _, one_domain = one.strip().rpartition("@")
    other_local, _, other_domain = other.strip().rpartition("@")
    if not one_local or one_local.casefold() != other_local.casefold():
        return False
    return one_domain.lower() == other_domain.lower() or (
        (host := _a_label(one_domain)) is not None and host == _a_label(other_domain)
    )
