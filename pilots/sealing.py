"""What only this installation can read again, wherever it is kept: sealed with a key made of its secret key."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac


class Unsealable(Exception):
    """It was sealed elsewhere or under another secret key, or somebody changed it."""


def seal(purpose: str, content: bytes) -> str:
    """`purpose`: what is sealed for one cannot be passed off as another."""
    return _box(purpose).encrypt(content).decode()


def unseal(purpose: str, sealed: str) -> bytes:
    try:
        return _box(purpose).decrypt(sealed.encode())
    except InvalidToken as refused:
        raise Unsealable from refused


def fingerprint(purpose: str, content: str) -> str:
    """SHA-256 that only this installation can make: a plain one of what is sealed would confirm each guess of it."""
    return salted_hmac(purpose, content, algorithm="sha256").hexdigest()


def _box(purpose: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(salted_hmac(purpose, "", algorithm="sha256").digest()))
