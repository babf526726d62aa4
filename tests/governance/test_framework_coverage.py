from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.actions.answers import accept_answer, propose_answer
from governance.models import CatalogueVersion, Item, Question
from governance.reports.coverage import Coverage, PartCoverage, coverage
from pilots.models import Pilot, User
from tests.cast import People
from tests.factories.governance import LINK, accept, govern, item_of, propose
from tests.factories.pilots import MembershipFactory, PilotFactory, WorkflowFactory

SignIn = Callable[[User], Client]

SUPPORTS = {
    "DEM-01": {"nist_ai_rmf": ["MAP 1.1"], "eu_ai_act": ["Art. 26(2): where high-risk"]},
    "DEM-02": {"nist_ai_rmf": ["MAP 1.2"]},
    "INF-01": {"nist_ai_rmf": ["GOVERN 2.1"]},
}


@pytest.fixture
def catalogue(at: datetime) -> CatalogueVersion:
    """Four questions that support something; DEM-02 may be “not measured”, INF-01 is asked for each workflow."""
    version = CatalogueVersion.objects.create(number=1, created_at=at)
    for position, code in enumerate(("DEM-01", "DEM-02", "INF-01", "ROL-01"), 1):
        Question.objects.create(
            catalogue=version,
            code=code,
            position=position,
            phase={"D": "demonstration", "I": "infrastructure_build", "R": "staged_rollout"}[code[0]],
            theme="governance",
            core=code != "ROL-01",
            blocking="gate" if code[0] != "R" else "stage",
            per_workflow=code == "INF-01",
            may_be_not_measured=code == "DEM-02",
            question=f"What about {code}?",
            good_answer="…",
            evidence="…",
            owner_role="sponsor",
            valid_days=90,
            supports=SUPPORTS.get(code, {"nist_ai_rmf": ["MANAGE 2.4"]}),
        )
    version.state, version.published_at = CatalogueVersion.State.PUBLISHED, at
    version.save()
    return version


@pytest.fixture
def pilot(letters: Pilot, catalogue: CatalogueVersion, at: datetime) -> Pilot:
    """`letters` on the core profile, which leaves ROL-01 out."""
    letters.profile, letters.profile_reason = Pilot.Profile.CORE, "Low consequence."
    letters.save()
    WorkflowFactory.create(pilot=letters, name="Letters", slug="letters")
    WorkflowFactory.create(pilot=letters, name="Calls", slug="calls")
    return govern(letters, at, catalogue)


def part(part_id: str, at: datetime, key: str = "nist_ai_rmf") -> PartCoverage:
    found = coverage(Pilot.objects.all(), at)[key]  # type: ignore[arg-type]
    return next(each for each in found.parts() if each.part.id == part_id)


def test_an_accepted_answer_supports_the_parts_of_its_question(pilot: Pilot, people: People, at: datetime) -> None:
    assert part("MAP 1.1", at).state == Coverage.ASKED
    accept(propose(item_of(pilot, "DEM-01"), people.evaluator, at), people.owner, at)
    found = part("MAP 1.1", at)
    assert (found.state, found.supported_in, found.codes) == (Coverage.SUPPORTED, (pilot,), ("DEM-01",))


def test_a_condition_does_not_hide_the_part(pilot: Pilot, people: People, at: datetime) -> None:
    accept(propose(item_of(pilot, "DEM-01"), people.evaluator, at), people.owner, at)
    assert part("Art. 26(2)", at, "eu_ai_act").state == Coverage.SUPPORTED


def test_a_proposed_answer_supports_nothing_yet(pilot: Pilot, people: People, at: datetime) -> None:
    propose(item_of(pilot, "DEM-01"), people.evaluator, at)
    assert part("MAP 1.1", at).state == Coverage.ASKED


def test_an_answer_past_its_day_supports_nothing_even_before_the_sweep(
    pilot: Pilot, people: People, at: datetime
) -> None:
    accept(propose(item_of(pilot, "DEM-01"), people.evaluator, at), people.owner, at)
    assert part("MAP 1.1", at + timedelta(days=91)).state == Coverage.ASKED


@pytest.mark.parametrize("kind", ["not_measured", "not_applicable"])
def test_not_measured_never_looks_like_support(pilot: Pilot, people: People, at: datetime, kind: str) -> None:
    item = item_of(pilot, "DEM-02")
    propose_answer(item=item, by=people.evaluator, at=at, kind=kind, text="Nobody counted.", links=[LINK])
    accept_answer(item=item_of(pilot, "DEM-02"), by=people.owner, at=at, comment="Agreed.")
    found = part("MAP 1.2", at)
    assert (found.state, found.supported_in) == (Coverage.SET_ASIDE, ())


def test_one_workflow_of_two_is_not_enough(pilot: Pilot, people: People, at: datetime) -> None:
    first, second = Item.objects.with_details().select_related("pilot").filter(pilot=pilot, code="INF-01")
    for item, state in ((first, Coverage.ASKED), (second, Coverage.SUPPORTED)):
        propose_answer(item=item, by=people.evaluator, at=at, kind="answered", text="Ann Lee.", links=[LINK])
        accept_answer(item=item, by=people.owner, at=at)
        assert part("GOVERN 2.1", at).state == state


def test_a_part_that_no_pilot_is_asked_about_still_names_its_question(pilot: Pilot, at: datetime) -> None:
    found = part("MANAGE 2.4", at)
    assert (found.state, found.codes) == (Coverage.NOTHING, ("ROL-01",))
    assert part("GOVERN 1.4", at).codes == ()


def test_a_reader_sees_only_what_their_own_pilots_support(
    pilot: Pilot, catalogue: CatalogueVersion, people: People, at: datetime, sign_in: SignIn
) -> None:
    accept(propose(item_of(pilot, "DEM-01"), people.evaluator, at), people.owner, at)
    elsewhere = MembershipFactory.create(role="sponsor", pilot=govern(PilotFactory.create(name="Calls"), at, catalogue))
    page = sign_in(elsewhere.user).get("/frameworks/nist_ai_rmf/").content.decode()
    assert "Letters" not in page
    assert "Supported by accepted answers" in page  # the tile's label, with a nought beside it
    filtered = sign_in(elsewhere.user).get("/frameworks/nist_ai_rmf/coverage.csv", {"pilot": "letters"})
    assert "Letters" not in filtered.getvalue().decode()  # type: ignore[attr-defined]
    assert "Letters" in sign_in(people.leader).get("/frameworks/nist_ai_rmf/").content.decode()


def test_the_pages_say_supports_and_never_complies(pilot: Pilot, people: People, sign_in: SignIn) -> None:
    for address in ("/frameworks/", "/frameworks/nist_ai_rmf/", "/frameworks/iso_42001/", "/frameworks/eu_ai_act/"):
        page = sign_in(people.pm).get(address)
        words = page.content.decode().lower()
        assert page.status_code == 200
        assert "support" in words
        assert "complies" not in words
        assert "check the current text" in words


def test_the_csv_has_a_row_for_each_part(pilot: Pilot, people: People, sign_in: SignIn) -> None:
    response = sign_in(people.pm).get("/frameworks/nist_ai_rmf/coverage.csv")
    lines = response.getvalue().decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 1 + 72
    assert lines[0].startswith("part,our short words for it,state,supported in")
    assert sign_in(people.pm).get("/frameworks/cobit/coverage.csv").status_code == 404


def test_who_is_in_no_pilot_and_no_office_may_not_look(pilot: Pilot, people: People, sign_in: SignIn) -> None:
    assert sign_in(people.stranger).get("/frameworks/").status_code == 403
    assert sign_in(people.member).get("/frameworks/").status_code == 403
    assert sign_in(people.editor).get("/frameworks/").status_code == 200


def test_ten_more_pilots_cost_no_more_queries(
    pilot: Pilot, catalogue: CatalogueVersion, people: People, at: datetime, sign_in: SignIn
) -> None:
    leader = sign_in(people.leader)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert leader.get("/frameworks/nist_ai_rmf/").status_code == 200
        return len(seen)

    before = queries()
    for _ in range(10):
        govern(PilotFactory.create(), at, catalogue)
    assert queries() == before
