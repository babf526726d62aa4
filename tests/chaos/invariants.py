"""What must hold after every fault, and what must hold at any moment during one."""

import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg2
from django.db import connection
from django.db.models import Count

from feedback.actions.counting import recount
from feedback.models import Flag, Pattern, Placement
from governance.actions.upkeep import drift
from governance.models import Answer, Gate, Item, SignOff, SignOffRequest
from pilots.clock import now
from pilots.models import AuditEvent, Change, Message
from pilots.verification import verify_trail
from tests.chaos.product import Product
from tests.chaos.traffic import Ledger

SETTLED_WITHIN = 30.0
# One statement is one look. A gate whose counter differs from its findings; a passed gate with an item of its own open
# that it does not count; a passed gate with anything blocking.
LOOK = """
SELECT gate.id, gate.state, gate.open_blocking, gate.lapsed_open, counted.n FROM governance_gate gate
CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM governance_finding WHERE gate_id = gate.id AND blocking AND state = 'open'
) counted
WHERE counted.n <> CASE gate.state WHEN 'passed' THEN gate.lapsed_open ELSE gate.open_blocking END
   OR gate.state = 'passed' AND (gate.open_blocking <> 0 OR gate.lapsed_open = 0 AND EXISTS (
        SELECT FROM governance_item item WHERE item.pilot_id = gate.pilot_id AND item.phase = gate.phase
            AND item.state <> 'accepted' AND item.retired_at IS NULL AND gate.stage = 0))
"""
CLOSES, OPENS = ("answer.accepted", "answer.confirmed"), ("answer.proposed", "answer.returned", "answer.lapsed")


class Looker(threading.Thread):
    """Looks at all gates again and again while things break; the database may be away meanwhile."""

    def __init__(self, product: Product) -> None:
        super().__init__(daemon=True)
        self.product, self.looks, self.wrong, self.ends = product, 0, list[str](), threading.Event()

    def run(self) -> None:
        while not self.ends.is_set():
            try:
                with self.product.cursor() as cursor:
                    self.look(cursor)
            except (psycopg2.Error, OSError, ValueError):
                self.ends.wait(0.2)

    def look(self, cursor: "psycopg2.extensions.cursor") -> None:
        while not self.ends.wait(0.1):
            cursor.execute(LOOK)
            self.wrong += [f"seen during the fault: gate {row}" for row in cursor.fetchall()]
            self.looks += 1


@contextmanager
def looking(product: Product) -> Iterator[Looker]:
    looker = Looker(product)
    looker.start()
    try:
        yield looker
    finally:
        looker.ends.set()
        looker.join(20)


def settle(product: Product) -> float:
    """Seconds until nothing is left to do and everything says that it is well."""
    began = time.monotonic()
    while left := left_to_do(product):
        assert time.monotonic() - began < SETTLED_WITHIN, f"not settled: {left}"
        time.sleep(0.1)
    return time.monotonic() - began


def left_to_do(product: Product) -> list[str]:
    at = now()
    left = [f"{name}: {why}" for name, why in product.wrong().items()]
    left += [f"change {change}" for change in Change.objects.all()[:3]]
    if unplaced := Flag.objects.filter(placed_at__isnull=True).count():
        left.append(f"{unplaced} flags wait for a look for their pattern")
    left += [f"gate {gate.pk} waits to be worked out" for gate in Gate.objects.open().stale(at)[:3]]
    due = Message.objects.filter(sent_at__isnull=True, failed_at__isnull=True, next_try_at__lte=at)
    return left + [f"message {message} is due" for message in due[:3]]


def problems(product: Product, ledger: Ledger) -> list[str]:
    """In words; empty when all that was promised was kept."""
    checks = (lost(ledger), doubled(ledger), adrift(), passed_on_open_items(), undecided(), untrue(), letters(product))
    checks += (miscounted(), misplaced())
    return [found for check in checks for found in check]


def lost(ledger: Ledger) -> Iterator[str]:
    there = set(Flag.objects.values_list("reference", flat=True))
    yield from (f"flag {reference} was acknowledged and is lost" for reference in set(ledger.flags.values()) - there)
    written = dict(Answer.objects.values_list("text", "decision"))
    yield from (f"an answer is lost: {text}" for text in ledger.answers - written.keys())
    kept = {text for text, decision in written.items() if decision == Answer.Decision.ACCEPTED}
    yield from (f"an acceptance is lost: {text}" for text in ledger.accepted - kept)
    made = set(SignOff.objects.values_list("pk", flat=True))
    yield from (f"decision {pk} is lost" for pk in ledger.decisions - made)


def doubled(ledger: Ledger) -> Iterator[str]:
    """The texts are all different, so that one found twice was sent twice and stored twice."""
    for rows, place, name in ((Flag.objects, "pilot", "output"), (Answer.objects, "item", "text")):
        twice = rows.values(place, name).annotate(n=Count("pk")).filter(n__gt=1)
        yield from (f"stored {row['n']} times: {row[name]}" for row in twice)


def adrift() -> Iterator[str]:
    yield from (f"gate {gate.pk} counts {counted}, a recount says {again}" for gate, counted, again in drift())
    with connection.cursor() as cursor:
        cursor.execute(LOOK)
        yield from (f"gate {row}" for row in cursor.fetchall())


def passed_on_open_items() -> Iterator[str]:
    """Plays each pilot's trail from its start: what was open when a gate was passed, whatever the counters say."""
    asked: dict[str, dict[str, set[str]]] = {}
    for item in Item.objects.filter(question__blocking="gate"):
        asked.setdefault(f"pilot:{item.pilot_id}", {}).setdefault(item.phase, set()).add(str(item.pk))
    phases = {str(gate.pk): gate.phase for gate in Gate.objects.all()}
    closed: set[str] = set()
    trail = AuditEvent.objects.filter(verb__in=(*CLOSES, *OPENS, "gate.passed")).order_by("stream", "sequence")
    for verb, stream, target in trail.values_list("verb", "stream", "target_id"):
        if verb in CLOSES:
            closed.add(target)
        elif verb in OPENS:
            closed.discard(target)
        elif still := asked[stream].get(phases[target], set()) - closed:
            yield f"gate {target} was passed while these items were open: {sorted(still)}"


def undecided() -> Iterator[str]:
    """Each decision stands once as a row and once in the trail; each passed gate on one request with two of them."""
    twice = SignOff.objects.values("request", "user").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"decided {row['n']} times: {row}" for row in twice)
    verbs = ("gate.signed_off", "gate.refused", "gate.passed")
    told, made = AuditEvent.objects.filter(verb__in=verbs).count(), SignOff.objects.count()
    if told != made:
        yield f"{made} decisions, the trail tells {told}"
    for gate in Gate.objects.filter(state=Gate.State.PASSED):
        requests = gate.requests.filter(state=SignOffRequest.State.PASSED)
        signed = list(SignOff.objects.filter(request__in=requests, decision="approved"))
        if len(requests) != 1 or len(signed) != 2:
            yield f"gate {gate.pk} was passed on {len(requests)} requests with {len(signed)} approvals"


def miscounted() -> Iterator[str]:
    """What the rows of patterns say of their flags, beside a recount."""
    if wrong := recount(Pattern.objects.values_list("pk", flat=True)):
        yield f"{wrong} patterns counted their flags wrongly"


def misplaced() -> Iterator[str]:
    """Each flag is where its last move put it, and was put there once."""
    last: dict[object, object] = {}
    for flag, pattern in Placement.objects.order_by("pk").values_list("flag_id", "pattern_id"):
        if flag in last and last[flag] == pattern:
            yield f"flag {flag} was put into {pattern} twice in a row"
        last[flag] = pattern
    for flag, pattern in Flag.objects.exclude(pattern=None).values_list("pk", "pattern_id"):
        if last.get(flag) != pattern:
            yield f"flag {flag} is in {pattern}, its last move says {last.get(flag)}"


def untrue() -> Iterator[str]:
    yield from (f"the trail: {problem}" for problem in verify_trail().problems)


def letters(product: Product) -> Iterator[str]:
    """Every e-mail is a file here; who it went to and what it was about, at most once."""
    sent: Counter[tuple[str, str]] = Counter()
    for file in Path(product.data / "mail").glob("*.log"):
        heads = re.findall(r"^Subject: (.*?)\n.*?^To: (.*?)\n", file.read_text(), re.M | re.S)
        sent.update(heads)
    yield from (f"sent {n} times: {letter}" for letter, n in sent.items() if n > 1)
    said = Message.objects.filter(sent_at__isnull=False).count()
    if said > sum(sent.values()):
        yield f"{said} messages are said to be sent, {sum(sent.values())} were"
