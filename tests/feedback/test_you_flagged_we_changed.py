"""One's own flags, by what changed, what is open and what was declined; what is new since the last visit is marked."""

from datetime import timedelta

from feedback.actions.triage import assess_flag, carry_flag, close_flag
from feedback.models import Flag
from pilots.clock import now
from pilots.models import User
from tests.cast import People
from tests.feedback import HandIn, SignIn


def answer(flag: Flag, people: People, resolution: str) -> None:
    flag = assess_flag(flag=flag, severity=1, version=1, by=people.triage, at=now())
    if resolution == "carried":
        carry_flag(flag=flag, reason="A person checks each.", version=2, by=people.triage, at=now())
    else:
        close_flag(
            flag=flag, resolution=resolution, answer=f"Answer: {resolution}", version=2, by=people.triage, at=now()
        )


def test_they_are_grouped_by_what_became_of_them(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    flags = {how: hand_in(by=people.member).flag for how in ("fixed", "no_change", "carried", "open")}
    for how in ("fixed", "no_change", "carried"):
        answer(flags[how], people, how)
    page = sign_in(people.member).get("/my-flags/").content.decode()
    changed, rest = page.split('id="group-0"')[1].split('id="group-1"')
    opened, declined = rest.split('id="group-2"')
    assert "You flagged, we changed" in changed and flags["fixed"].reference in changed
    assert flags["open"].reference in opened and "owes you an answer" in opened
    assert flags["no_change"].reference in declined and "A person checks each." in declined


def test_what_was_told_since_the_last_visit_is_marked_once(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    first, second = (hand_in(by=people.member).flag for _ in range(2))
    browser = sign_in(people.member)
    assert "New</span>" not in browser.get("/my-flags/").content.decode()
    User.objects.filter(pk=people.member.pk).update(flags_seen_at=now() - timedelta(minutes=1))
    answer(first, people, "fixed")
    page = browser.get("/my-flags/").content.decode()
    assert page.count("New</span>") == 1
    User.objects.filter(pk=people.member.pk).update(flags_seen_at=now() + timedelta(minutes=1))
    assert "New</span>" not in browser.get("/my-flags/").content.decode()
    assert second.reference in page


def test_looking_is_remembered_and_asking_for_the_head_is_not(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    hand_in(by=people.member)
    browser = sign_in(people.member)
    browser.head("/my-flags/")
    people.member.refresh_from_db()
    assert people.member.flags_seen_at is None
    browser.get("/my-flags/")
    people.member.refresh_from_db()
    assert people.member.flags_seen_at


def test_nobody_is_ranked_or_counted_on_it(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    hand_in(by=people.member)
    hand_in(by=people.stranger)
    page = sign_in(people.member).get("/my-flags/").content.decode()
    assert people.stranger.name not in page


def test_of_many_the_first_are_shown_and_the_rest_by_group(hand_in: HandIn, people: People, sign_in: SignIn) -> None:
    for _ in range(10):
        hand_in(by=people.member)
    browser = sign_in(people.member)
    page = browser.get("/my-flags/").content.decode()
    assert page.count('<th scope="row"') == 8 and 'href="?show=open">All 10' in page
    assert browser.get("/my-flags/?show=open").content.decode().count('<th scope="row"') == 10
    assert "None of these" in browser.get("/my-flags/?show=changed").content.decode()
    assert browser.get("/my-flags/?show=nonsense&page=x").status_code == 200
