"""A million flags in a thousand pilots: counting anew, pages, and how soon a flag is in its pattern.

`--flags` and `--pilots` for less; the bars are those of a million and a thousand.
"""

import argparse
import resource
import sys
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any, Final

from benchmarks.figures import Figure, conclude, in_turn, say
from benchmarks.surroundings import surroundings
from tests.harness.servers import Servers, other_database

DATABASE: Final = "bench_scale"
FEW: Final = 10
LARGE: Final = 50_000
ARRIVING: Final = (1, 200)
MB: Final = 1024


class World:
    """Pilots, patterns and flags; the first pilot is the one that everything is looked at in."""

    def __init__(self, servers: Servers, pilots: int) -> None:
        from django.db import transaction

        from benchmarks.many import Many
        from feedback.grouping.embedding import embedder
        from feedback.models import Grouping
        from pilots.clock import now
        from pilots.models import Pilot
        from tests.cast import gather
        from tests.factories.feedback import FlagFactory, PatternFactory
        from tests.factories.governance import govern

        self.at, self.people = now(), gather()
        self.pilot = Pilot.objects.get(slug="letters")
        with transaction.atomic():
            govern(self.pilot, self.at)
        self.many = Many(servers, DATABASE, self.pilot.pk, self.at)
        self.many.clone_pilot(pilots - 1)
        aside = Pilot.objects.exclude(pk=self.pilot.pk).order_by("slug").first()
        self.flag = FlagFactory.create(pilot=aside, placed_at=self.at, phase="demonstration")
        self.pattern = PatternFactory.create(pilot=aside, number=1000, began_at=self.at)
        self.many.add_patterns(self.pattern.pk)
        # The next number that a job gives comes after all of these.
        Grouping.objects.bulk_create(
            Grouping(pilot=pilot, begun=self.pattern.number, looked_at=self.at) for pilot in Pilot.objects.all()
        )
        self.embed = embedder()

    def add(self, each: int) -> None:
        self.many.add_flags(self.flag.pk, each)

    def add_to_the_large_one(self, many: int) -> None:
        self.many.add_flags(self.flag.pk, many, self.pilot.pk)
        self.many.add_vectors(self.pilot.pk, self.embed.name)

    def settle(self) -> None:
        from feedback.actions.counting import recount
        from feedback.models import Pattern

        recount(Pattern.objects.values_list("pk", flat=True))
        self.many.settle()


def timed(work: Callable[[], Any]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def counting(world: World) -> Figure:
    """Every count made anew, beside the same rows only grouped."""
    from django.db import connection

    from feedback.actions.counting import recount
    from feedback.models import Flag, Pattern

    patterns = list(Pattern.objects.values_list("pk", flat=True))

    def rebuild() -> float:
        Pattern.objects.update(size=0)
        return timed(lambda: recount(patterns))

    def grouped() -> float:
        with connection.cursor() as cursor:
            sql = "SELECT pattern_id, count(*) FROM feedback_flag GROUP BY pattern_id"
            return timed(lambda: (cursor.execute(sql), cursor.fetchall()))

    ours, raw, ratio = in_turn(rebuild, grouped)
    say(f"Counts of {len(patterns):,} patterns over {Flag.objects.count():,} flags: {ours:.2f} s; grouped: {raw:.2f} s")
    return Figure("rebuild of pattern counts / a raw GROUP BY", ratio, 8, 5, " ×", less_is_better=True)


def readiness(world: World) -> list[list[float]]:
    """In rounds, the median round's p50 printed."""
    from benchmarks.pages import browsing, in_rounds, percentile

    with browsing(world.people.leader) as get:
        times = in_rounds(get, ["/readiness/", "/nothing/", "/frame/"])
    p50, empty, frame = (percentile(times[page], 50) for page in times)
    said = f"Readiness: p50 {p50:.1f} ms, p95 {percentile(times['/readiness/'], 95):.1f} ms"
    say(f"{said}; an empty template {empty:.2f} ms, the frame of every page {frame:.2f} ms")
    return times["/readiness/"], times["/nothing/"]  # type: ignore[return-value]


def patterns(world: World) -> None:
    """The inbox and one pattern of the pilot with most flags; no bar, since the design gives none."""
    from benchmarks.pages import browsing, in_rounds, percentile, ratio

    addresses = ["/pilots/letters/patterns/", "/pilots/letters/patterns/2/", "/pilots/letters/flags/", "/nothing/"]
    with browsing(world.people.triage) as get:
        times = in_rounds(get, addresses)
    for address in addresses[:3]:
        p50, p95 = (percentile(times[address], share) for share in (50, 95))
        beside = ratio(times[address], 95, times["/nothing/"])
        say(f"{address}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {beside:.0f} × an empty page")


def placing(world: World) -> None:
    """New flags in a pilot of 50,000: how long each kind of work takes, and how much memory the process has then."""
    from feedback.actions.placing import look_again, place_flags
    from feedback.actions.surging import find_surges
    from pilots.clock import now
    from tests.factories.feedback import FlagFactory

    def arrive(many: int) -> float:
        for number in range(many):
            FlagFactory.create(pilot=world.pilot, what_happened=f"It cites a ruling that does not exist: {number}")
        return timed(lambda: place_flags(pilot=world.pilot, embed=world.embed, at=now()))

    for many in ARRIVING:
        took = median(arrive(many) for _ in range(3))
        say(f"Placing {many} new flags among {LARGE:,}: {took:.2f} s, {many / took:,.0f} a second")
    say(f"Looking at all of them: {timed(lambda: look_again(pilot=world.pilot, embed=world.embed, at=now())):.1f} s")
    say(f"Looking for surges: {timed(lambda: find_surges(pilot=world.pilot, at=now())):.2f} s in this pilot")
    say(f"Memory of the process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MB:,.0f} MB")


def arriving(servers: Servers, world: World, flags: int) -> Figure:
    """At half of the rate that the endpoint takes from 8 connections, over twenty pilots and the large one."""
    from benchmarks.arriving import Arrivals, begin_patterns, p95, working
    from benchmarks.intake import Intake, prepare
    from benchmarks.web import serving
    from pilots.models import Pilot

    pilots = [world.pilot, *Pilot.objects.exclude(pk=world.pilot.pk).order_by("slug")[:20]]
    begin_patterns(pilots, [*world.people.all().values()], world.embed)
    slug, tokens = prepare()
    with serving(servers.data) as web:
        rate = Intake(web, slug, tokens).round() / 2
        with working(servers.data):
            Arrivals(web, other_database(servers.owner, DATABASE), pilots, tokens).seconds(5, len(pilots))
            seconds = Arrivals(web, other_database(servers.owner, DATABASE), pilots, tokens).seconds(rate, flags)
    say(f"{flags} flags at {rate:.0f} a second: median {median(seconds):.1f} s, p95 {p95(seconds):.1f} s")
    name = "flag accepted, in a pattern, gate worked out, p95"
    return Figure(name, p95(seconds), 5, 2, " s", less_is_better=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flags", type=int, default=1_000_000)
    parser.add_argument("--pilots", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=LARGE, help="in one of the pilots")
    parser.add_argument("--arriving", type=int, default=600, help="flags handed in at half load")
    asked = parser.parse_args()
    with surroundings(DATABASE) as servers:
        from benchmarks.pages import ratio

        world = World(servers, asked.pilots)
        world.add(FEW)
        world.settle()
        few, _ = readiness(world)
        took = timed(lambda: world.add(max(1, (asked.flags - asked.large) // asked.pilots - FEW)))
        took += timed(lambda: world.add_to_the_large_one(asked.large))
        world.settle()
        say(f"Flags made in {took:.0f} s")
        many, empty = readiness(world)
        figures = [
            counting(world),
            Figure("readiness p95 / an empty template", ratio(many, 95, empty), 40, 20, " ×", less_is_better=True),
            Figure(
                "readiness p50, all flags / a hundredth", ratio(many, 50, few), 1.5, 1.15, " ×", less_is_better=True
            ),
        ]
        patterns(world)
        placing(world)
        figures.append(arriving(servers, world, asked.arriving))
        world.many.close()
        return conclude(figures)


if __name__ == "__main__":
    sys.exit(main())
