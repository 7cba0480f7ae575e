"""SIP messages as JsSIP writes them, for tests."""

ENDPOINT = "8001w"
CONTACT = "<sip:k3v0p1@2fhd9a.invalid;transport=ws>"


def request(method: str, *more: str, over: dict[str, str] | None = None, body: str = "") -> str:
    """A request of the phone 8001w; ``over`` replaces headers, and one that is '' is left out."""
    target = "95518.invalid" if method == "REGISTER" else "95518@95518.invalid"
    to = f"<sip:{ENDPOINT}@95518.invalid>" if method == "REGISTER" else f"<sip:{target}>"
    headers = {
        "Via": "SIP/2.0/WS 2fhd9a.invalid;branch=z9hG4bK5012345",
        "Max-Forwards": "69",
        "To": to,
        "From": f"<sip:{ENDPOINT}@95518.invalid>;tag=q1w2e3",
        "Call-ID": "a1b2c3d4e5",
        "CSeq": f"1 {method}",
        "Contact": f'{CONTACT};+sip.ice;reg-id=1;+sip.instance="<urn:uuid:0e>";expires=600',
        "Supported": "path,gruu,outbound",
        **(over or {}),
    }
    lines = [f"{method} sip:{target} SIP/2.0"]
    lines += [f"{name}: {value}" for name, value in headers.items() if value]
    lines += [*more, f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*lines, "", body])


def call(token: str, number: str, **over: str) -> str:
    """What the caller page dials with."""
    headers = {"From": "<sip:caller@95518.invalid>;tag=q1", **over}
    return request(
        "INVITE",
        f"X-Call-Token: {token}",
        f"P-Asserted-Identity: <sip:{number}@95518>",
        over=headers,
        body="v=0\r\n",
    )


def answer(method: str, code: str = "200 OK") -> str:
    """Asterisk's answer."""
    contact = f"\r\nContact: {CONTACT};expires=599" if method == "REGISTER" else ""
    return f"SIP/2.0 {code}\r\nCSeq: 1 {method}{contact}\r\nContent-Length: 0\r\n\r\n"
