"""What jobs read of a pilot: vectors once in a process, and pilots in turn."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.actions.corpus import Vectors, read_corpus
from feedback.actions.surging import find_surges, groupings_to_search
from feedback.grouping.embedding import embedder
from feedback.models import FlagVector, Grouping
from feedback.tasks import surges
from pilots.clock import now
from pilots.models import Pilot
from tests.cast import People
from tests.factories.pilots import PilotFactory
from tests.feedback.flagging import INVENTED, flags_saying, group


def test_vectors_are_read_once_and_those_that_are_gone_are_gone(letters: Pilot, people: People) -> None:
    flags = flags_saying(letters, INVENTED[:3], [people.member, people.owner, people.change])
    group(letters)
    kept, model, keys = Vectors(), embedder().name, [str(flag.pk) for flag in flags]
    first = kept.of(letters, model, keys)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        again = kept.of(letters, model, keys[::-1])
    assert len(seen) == 0 and (again == first[::-1]).all()
    FlagVector.objects.get(flag=flags[0]).delete()
    assert len(read_corpus(letters, model).ids) == 2
    assert kept.of(letters, model, keys[1:]).shape == (2, 384)
    assert len(kept.kept[letters.pk, model][0]) == 2


def test_a_corpus_costs_as_many_queries_however_many_flags_it_has(letters: Pilot, people: People) -> None:
    flags_saying(letters, INVENTED[:3], [people.member, people.owner, people.change])
    group(letters)
    with CaptureQueriesContext(connection) as seen:
        read_corpus(letters, embedder().name)
    assert len(seen) <= 5


def test_surges_are_looked_for_hourly_where_it_is_longest_ago_first(letters: Pilot) -> None:
    other, at = PilotFactory.create(), now()
    Grouping.objects.create(pilot=letters)
    Grouping.objects.create(pilot=other, surges_sought_at=at - timedelta(hours=2))
    assert [grouping.pilot for grouping in groupings_to_search(at)] == [letters, other]
    find_surges(pilot=letters, at=at)
    assert [grouping.pilot for grouping in groupings_to_search(at)] == [other]
    surges()
    assert not groupings_to_search(at + timedelta(minutes=30)).exists()
    assert groupings_to_search(at + timedelta(hours=2)).count() == 2
