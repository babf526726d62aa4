"""Whoever gives an address to call cannot make us call ourselves, our neighbours or a cloud's metadata."""

import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from pilots import posting
from pilots.posting import MOST_BYTES, NotDelivered, post
from pilots.public_addresses import NotPublic, is_public, parse
from tests.pilots.receiver import Receiver, free_port, receiver

# Each is an address that a receiver cannot have.
VECTORS = {
    "this machine": "https://127.0.0.1/",
    "this machine, another of its numbers": "https://127.8.9.1/",
    "short form": "https://127.1/",
    "one number": "https://2130706433/",
    "hexadecimal": "https://0x7f000001/",
    "octal": "https://0177.0.0.1/",
    "unspecified": "https://0.0.0.0/",
    "this machine by IPv6": "https://[::1]/",
    "unspecified by IPv6": "https://[::]/",
    "mapped": "https://[::ffff:127.0.0.1]/",
    "compatible": "https://[::7f00:1]/",
    "6to4 of a private address": "https://[2002:0a00:0001::1]/",
    "NAT64 of metadata": "https://[64:ff9b::a9fe:a9fe]/",
    "local NAT64": "https://[64:ff9b:1::a00:1]/",
    "Teredo to a private client": "https://[2001:0000:4136:e378:8000:63bf:f5ff:fffe]/",
    "ISATAP": "https://[2a00:1450::5efe:a00:1]/",
    "relay of 6to4": "https://192.88.99.1/",
    "link-local and metadata": "https://169.254.169.254/latest/meta-data/",
    "a cloud’s own services": "https://168.63.129.16/",
    "link-local by IPv6": "https://[fe80::1]/",
    "with a zone": "https://[fe80::1%25eth0]/",
    "site-local": "https://[fec0::1]/",
    "unique local": "https://[fd00:ec2::254]/",
    "private 10": "https://10.0.0.1/",
    "private 172": "https://172.31.255.254/",
    "private 192": "https://192.168.1.1/",
    "carrier": "https://100.100.100.200/",
    "benchmarks": "https://198.18.0.1/",
    "documentation": "https://203.0.113.9/",
    "documentation by IPv6": "https://[2001:db8::1]/",
    "newer documentation by IPv6": "https://[3fff::1]/",
    "protocol assignments": "https://192.0.0.192/",
    "multicast": "https://224.0.0.251/",
    "multicast by IPv6": "https://[ff02::1]/",
    "broadcast": "https://255.255.255.255/",
    "discard": "https://[100::1]/",
    "name and password": "https://user:secret@example.org/",
    "a name before the @": "https://example.org@127.0.0.1/",
    "no TLS": "http://example.org/",
    "another scheme": "file:///etc/passwd",
    "gopher": "gopher://example.org/",
    "a database’s port": "https://example.org:5432/",
    "a mail server’s port": "https://example.org:25/",
    "no port": "https://example.org:99999/",
    "backslash": "https://example.org\\@127.0.0.1/",
    "line break": "https://example.org/\r\nHost: other",
    "space": "https://example.org/ x",
    "NUL": "https://example.org/\x00",
    "no host": "https:///hook",
    "empty label": "https://a..example.org/",
    "fullwidth digits": "https://１２７.０.０.１/",
    "circled digits": "https://①②⑦.⓪.⓪.①/",
    "brackets around no address": "https://[example.org]/",
}
PUBLIC = "93.184.215.14"


def never(host: str, port: int) -> list[str]:
    raise AssertionError(f"{host} was looked up")


@pytest.fixture
def unconnected(monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*args: object, **kwargs: object) -> None:
        raise AssertionError(f"connected to {args}")

    monkeypatch.setattr(posting.socket, "create_connection", connect)


@pytest.fixture
def taking() -> Iterator[Receiver]:
    with receiver() as kept:
        yield kept


@pytest.mark.parametrize("url", VECTORS.values(), ids=VECTORS)
def test_no_address_that_is_not_public_is_called(url: str, unconnected: None) -> None:
    with pytest.raises(NotPublic):
        post(url, b"{}", {}, resolve=never)


def test_so_many_ways_were_tried(figure: Callable[[str], None]) -> None:
    assert len(VECTORS) >= 18
    figure(f"{len(VECTORS)} addresses that webhooks refuse")


@pytest.mark.parametrize("answer", ["127.0.0.1", "10.1.2.3", "::1", "::ffff:10.0.0.1", "169.254.169.254", "fe80::1%1"])
def test_a_name_that_leads_to_a_private_address_is_not_called(answer: str, unconnected: None) -> None:
    with pytest.raises(NotPublic, match="not on the public internet"):
        post("https://innocent.example.org/", b"{}", {}, resolve=lambda host, port: [answer])


def test_a_name_that_is_half_public_is_not_called(unconnected: None) -> None:
    with pytest.raises(NotPublic):
        post("https://innocent.example.org/", b"{}", {}, resolve=lambda host, port: [PUBLIC, "10.0.0.1"])


def test_the_name_is_resolved_once_and_the_address_that_was_checked_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name server that answers with another address the second time has nobody to answer to."""
    asked, called = [], []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return [PUBLIC if len(asked) == 1 else "127.0.0.1"]

    def connect(address: tuple[str, int], timeout: float) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(posting.socket, "create_connection", connect)
    monkeypatch.setattr(posting.socket, "getaddrinfo", never)
    with pytest.raises(NotDelivered, match="nobody there"):
        post("https://rebinding.example.org/", b"{}", {}, resolve=rebinding)
    assert (asked, called) == (["rebinding.example.org"], [(PUBLIC, 443)])


def test_a_name_that_takes_too_long_to_look_up_ends_the_attempt() -> None:
    def slow(host: str, port: int) -> list[str]:
        time.sleep(2)
        return [PUBLIC]

    with pytest.raises(NotDelivered, match="not resolved in time"):
        post("https://slow.example.org/", b"{}", {}, resolve=slow, seconds=0.1)


def test_a_name_that_nobody_knows_is_no_error_of_ours() -> None:
    def unknown(host: str, port: int) -> list[str]:
        raise socket.gaierror("no such name")

    with pytest.raises(NotDelivered, match="not known"):
        post("https://nobody.example.org/", b"{}", {}, resolve=unknown)


def test_names_of_other_scripts_are_sent_in_their_ascii_form() -> None:
    assert parse("https://bücher.example/x?y=1").host == "xn--bcher-kva.example"
    assert parse("https://Example.ORG./").host == "example.org"


@pytest.mark.parametrize(
    "address", [PUBLIC, "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "2002:5db8:d70e::1", "64:ff9b::5db8:d70e"]
)
def test_public_addresses_are_public_in_every_form(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


def test_a_receiver_takes_what_is_posted(taking: Receiver) -> None:
    answer = post(taking.url, b'{"a":1}', {"Content-Type": "application/json"}, loopback=True)
    assert (answer.status, answer.taken) == (204, True)
    headers, body = taking.came[0]
    assert body == b'{"a":1}'
    assert headers["Host"] == taking.url.split("/")[2]


def test_a_redirect_is_not_followed(taking: Receiver) -> None:
    taking.status, taking.headers = 302, {"Location": taking.url}
    answer = post(taking.url, b"{}", {}, loopback=True)
    assert (answer.status, answer.taken, len(taking.came)) == (302, False, 1)


def test_no_more_than_64_kb_of_an_answer_is_read(taking: Receiver) -> None:
    taking.status, taking.body = 200, b"x" * (4 * MOST_BYTES)
    assert len(post(taking.url, b"{}", {}, loopback=True).body) == MOST_BYTES


def test_an_answer_that_drips_is_cut_off_in_time(taking: Receiver) -> None:
    taking.status, taking.body, taking.pause = 200, b"x" * 1000, 0.05
    began = time.monotonic()
    assert len(post(taking.url, b"{}", {}, loopback=True, seconds=0.4).body) < 1000
    assert time.monotonic() - began < 2


def test_a_receiver_that_says_nothing_is_left_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        began = time.monotonic()
        with pytest.raises(NotDelivered, match="did not answer within"):
            post(f"http://127.0.0.1:{silent.getsockname()[1]}/", b"{}", {}, loopback=True, seconds=0.3)
        assert time.monotonic() - began < 2


def test_nobody_there_is_said_so() -> None:
    with pytest.raises(NotDelivered, match="ConnectionRefused"):
        post(f"http://127.0.0.1:{free_port()}/", b"{}", {}, loopback=True)


def test_something_that_speaks_no_http_is_no_error_of_ours() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()

        def greet() -> None:
            line, _ = other.accept()
            with line:
                line.recv(10_000)
                line.sendall(b"-ERR wrong protocol\r\n")

        threading.Thread(target=greet, daemon=True).start()
        with pytest.raises(NotDelivered):
            post(f"http://127.0.0.1:{other.getsockname()[1]}/", b"{}", {}, loopback=True)


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's, for this name and signed by itself; `folder/public.pem` is what a caller has to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public = folder / "public.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = folder / "private.pem"
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return context


@pytest.mark.parametrize(("name", "taken"), [("receiver.example.org", True), ("other.example.org", False)])
def test_the_certificate_has_to_be_for_the_name_although_an_address_is_called(
    tmp_path: Path, name: str, taken: bool
) -> None:
    context = certificate(tmp_path, "receiver.example.org")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve() -> None:
            line, _ = listening.accept()
            try:
                with context.wrap_socket(line, server_side=True) as safe:
                    while not safe.recv(10_000).endswith(b"{}"):
                        pass
                    safe.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            except OSError:
                pass

        threading.Thread(target=serve, daemon=True).start()
        trust = ssl.create_default_context(cafile=str(tmp_path / "public.pem"))
        url = f"https://{name}:{listening.getsockname()[1]}/"

        def send() -> posting.Answer:
            return post(url, b"{}", {}, loopback=True, resolve=lambda host, port: ["127.0.0.1"], trust=trust)

        if taken:
            assert send().taken
        else:
            with pytest.raises(NotDelivered, match="SSLCertVerificationError"):
                send()
