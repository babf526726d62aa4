"""People at work through HTTP: each notes what was acknowledged to them, and sends again what was not."""

import http.client
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from governance.models import Item
from tests.chaos.world import World

NO_ANSWER = 0
TO_ANSWER = {"unanswered", "returned", "lapsed", "in_doubt"}
ORDER = ("demonstration", "stress_test", "infrastructure_build", "staged_rollout")


@dataclass
class Ledger:
    """What people were told is done. Everything here must be in the database whatever happened meanwhile."""

    flags: dict[str, str] = field(default_factory=dict)  # key of the call: reference
    answers: set[str] = field(default_factory=set)  # texts, each written once
    accepted: set[str] = field(default_factory=set)  # texts of answers that were accepted
    decisions: set[UUID] = field(default_factory=set)
    statuses: Counter[int] = field(default_factory=Counter)
    slowest: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, slowest call {self.slowest:.1f} s, "
            f"answers {dict(sorted(self.statuses.items()))}"
        )

    @property
    def acknowledged(self) -> int:
        return len(self.flags) + len(self.answers) + len(self.accepted) + len(self.decisions)


@dataclass
class Caller:
    port: int
    ledger: Ledger
    stopped: threading.Event

    def once(self, token: str, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """Status and body; NO_ANSWER when the connection ended before there was one."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        began = time.monotonic()
        try:
            connection.request(method, f"/api/v1/{path}", json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            status, said = answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            status, said = NO_ANSWER, b""
        finally:
            connection.close()
        self.ledger.slowest = max(self.ledger.slowest, time.monotonic() - began)
        self.ledger.statuses[status] += 1
        return status, json.loads(said) if status in range(200, 500) and said else None

    def until_answered(self, token: str, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """As a careful client does: no answer, or one of an outage, and it sends the same again."""
        while True:
            status, said = self.once(token, method, path, body, key)
            if (status not in {NO_ANSWER, 429} and status < 500) or self.stopped.wait(0.3):
                return status, said


@dataclass
class Flagging:
    """Reporters hand flags in, each third a severe one; half of the keys are sent twice."""

    caller: Caller
    world: World
    pause: float = 0.4

    def __post_init__(self) -> None:
        self.reporters = itertools.cycle(random.sample(self.world.reporters, len(self.world.reporters)))

    def step(self) -> None:
        token, key = next(self.reporters), uuid4().hex
        body = {"categories": ["WRONG"], "severity": random.choice([0, 1, 3]), "output": f"Refund of 90 days, {key}"}
        for _ in range(random.choice([1, 2])):
            status, said = self.caller.until_answered(token, "POST", f"flag/{self.world.flagged}/", body, key)
            if status == 201:
                earlier = self.caller.ledger.flags.setdefault(key, said["reference"])
                assert earlier == said["reference"], "one key, two flags"


@dataclass
class Triaging:
    """The triage lead assesses what came in and closes it: news that the workers have to work into the gates."""

    caller: Caller
    world: World
    pause: float = 0.6

    def step(self) -> None:
        token, flags = self.world.tokens["triage"], f"pilots/{self.world.flagged}/flags/"
        status, said = self.caller.once(token, "GET", f"{flags}?state=new&page_size=1")
        if status != 200 or not said["results"]:
            return
        flag = said["results"][0]
        body = {"severity": flag["severity"], "version": flag["version"]}
        status, said = self.caller.until_answered(token, "POST", f"{flags}{flag['reference']}/assess/", body)
        if status == 200:
            body = {"resolution": "fixed", "answer": "The prompt names the law now.", "version": said["version"]}
            self.caller.until_answered(token, "POST", f"{flags}{flag['reference']}/close/", body)


@dataclass
class Governing:
    """A team takes its pilot from gate to gate: writes, accepts, asks, signs; each signature is clicked twice."""

    caller: Caller
    world: World
    pilot: str
    pause: float = 0.3

    def step(self) -> None:
        status, said = self.get("items/?page_size=100")
        if status != 200:
            return
        to_do = [item for item in said["results"] if item["state"] != "accepted"]
        for item in to_do:
            self.work_on(item)
        if not to_do:
            self.pass_gate()

    def get(self, path: str) -> tuple[int, Any]:
        return self.caller.once(self.world.tokens["pm"], "GET", f"pilots/{self.pilot}/{path}")

    def post(self, who: str, path: str, body: Any, key: str = "") -> tuple[int, Any]:
        return self.caller.until_answered(self.world.tokens[who], "POST", f"pilots/{self.pilot}/{path}", body, key)

    def work_on(self, item: dict[str, Any]) -> None:
        if item["owner"] is None:
            self.post("pm", "items/assign/", {"items": [item["id"]], "owner": self.world.ids["evaluator"]})
            _, item = self.get(f"items/{item['id']}/")
        if item and item["state"] in TO_ANSWER:
            author = "evaluator" if item["code"].endswith("1") else "owner"
            item = propose(self.caller, self.world, self.pilot, item, author)
        if not item:
            return
        body = {"comment": "Checked.", "version": item["version"]}
        status, said = self.post("change", f"items/{item['id']}/accept/", body)
        if status == 200:
            self.caller.ledger.accepted.add(said["answers"][0]["text"])

    def pass_gate(self) -> None:
        status, said = self.get("gates/?page_size=100")
        if status != 200:
            return
        waiting = [gate for gate in said["results"] if gate["state"] == "open"]
        gate = min(waiting, key=lambda gate: (ORDER.index(gate["phase"]), gate["stage"]))["key"]
        if gate == "infrastructure_build":
            self.publish()
            self.rehearse()
        self.post("pm", f"gates/{gate}/sign-off-requests/", {})
        for who in ("triage", "sponsor"):
            status, said = self.get(f"gates/{gate}/")
            asked = [row for row in said["requests"] if row["state"] == "open"] if status == 200 else []
            if asked:
                self.sign(who, gate, asked[0])

    def publish(self) -> None:
        """What that gate asks for beside its questions; what is there already is refused, and nothing is lost."""
        self.post("pm", "statement/", {"intended": "First drafts.", "not_intended": "Decisions.", "seen": 0})
        status, said = self.get("statement/")
        for who in ("sponsor", "owner") if status == 200 else ():
            self.post(who, "statement/sign/", {"digest": said["digest"]})
        self.post("pm", "statement/publish/", {})
        self.post("pm", "publications/", {"falls_short": "Check each date.", "seen": 0})

    def rehearse(self) -> None:
        """A flag that goes all the way round, and an escalation that is answered; as far as it gets each time."""
        status, said = self.get("drills/?page_size=100")
        if status != 200:
            return
        found = {drill["kind"]: drill for drill in said["results"]}
        for kind in ("escalation", "flagging"):
            drill = found.get(kind)
            if drill is None:
                today = str(datetime.now(UTC).date())
                body = {"kind": kind, "scenario": f"A rehearsal of {kind}.", "planned_for": today}
                self.post("pm", "drills/", body, key=f"{self.pilot} {kind}")
            elif drill["flag"]:
                self.answer_drill(drill["flag"])
            else:
                self.post("pm", f"drills/{drill['id']}/start/", {"version": drill["version"]})

    def answer_drill(self, reference: str) -> None:
        status, flag = self.post("triage", f"flags/{reference}/assess/", {"severity": 1, "version": 1})
        body = {"resolution": "not_a_fault", "answer": "A rehearsal.", "version": flag.get("version", 2)}
        self.post("triage", f"flags/{reference}/close/", body)
        status, said = self.get("escalations/?state=open&page_size=100")
        for asked in said["results"] if status == 200 else []:
            body = {"decision": "use", "answer": "It is right.", "version": asked["version"]}
            self.post("owner", f"escalations/{asked['id']}/answer/", body)

    def sign(self, who: str, gate: str, asked: dict[str, Any]) -> None:
        decision = uuid4()
        body = {"decision": "approved", "comment": "Read.", "digest": asked["digest"], "decision_id": str(decision)}
        for _ in range(2):
            status, _ = self.post(who, f"gates/{gate}/sign-off-requests/{asked['id']}/sign-offs/", body)
            if status == 201:
                self.caller.ledger.decisions.add(decision)


@dataclass
class Unsettling:
    """Somebody answers anew, now and then, while others sign."""

    caller: Caller
    world: World
    pilot: str
    pause: float = 1.5

    def step(self) -> None:
        token = self.world.tokens["owner"]
        status, said = self.caller.once(token, "GET", f"pilots/{self.pilot}/items/?state=accepted&page_size=100")
        if status == 200 and said["results"]:
            propose(self.caller, self.world, self.pilot, random.choice(said["results"]), "owner")


def propose(caller: Caller, world: World, pilot: str, item: dict[str, Any], author: str) -> dict[str, Any] | None:
    """The item as it stands then; None when somebody else changed it meanwhile, or nobody answered."""
    text = f"Forty letters, twelve people, three weeks. Note {uuid4().hex}"
    links = [{"url": "https://records.example.org/note"}]
    body = {"kind": "answered", "text": text, "links": links, "version": item["version"]}
    path = f"pilots/{pilot}/items/{item['id']}/answers/"
    status, said = caller.until_answered(world.tokens[author], "POST", path, body, uuid4().hex)
    if status != 201:
        return None
    caller.ledger.answers.add(text)
    return said


@contextmanager
def people_at_work(port: int, world: World, pilots: list[str], ledger: Ledger) -> Iterator[Caller]:
    """For as long as the block lasts; what breaks in one of them is raised at the end."""
    stopped, broken = threading.Event(), list[BaseException]()
    caller = Caller(port, ledger, stopped)
    working: list[Any] = [Flagging(caller, world), Flagging(caller, world), Triaging(caller, world)]
    working += [Governing(caller, world, pilot) for pilot in pilots]
    working += [Unsettling(caller, world, pilot) for pilot in pilots]

    def work(step: Callable[[], None], pause: float) -> None:
        while not stopped.wait(pause):
            try:
                step()
            except Exception as error:  # noqa: BLE001  shown at the end
                broken.append(error)

    threads = [threading.Thread(target=work, args=(one.step, one.pause), daemon=True) for one in working]
    for thread in threads:
        thread.start()
    try:
        yield caller
    finally:
        stopped.set()
        for thread in threads:
            thread.join(25)
    if broken:
        raise broken[0]


def uploaded(port: int, token: str, pilot: str, item: Item, content: bytes) -> tuple[int, Any]:
    """An answer with a file."""
    edge = uuid4().hex
    item.refresh_from_db()
    fields = {"kind": "answered", "text": f"As measured, {uuid4()}", "version": item.version}
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="note.bin"\r\n\r\n'
    body = "".join([*parts, head]).encode() + content + f"\r\n--{edge}--\r\n".encode()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": f"multipart/form-data; boundary={edge}"}
    connection.request("POST", f"/api/v1/pilots/{pilot}/items/{item.pk}/answers/", body, headers)
    answer = connection.getresponse()
    status, said = answer.status, answer.read()
    connection.close()
    return status, json.loads(said) if said[:1] == b"{" else {}
