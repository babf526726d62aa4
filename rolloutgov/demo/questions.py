"""Steps about questions: assigning, answering, accepting, sending back, doubting, waiving."""

import mimetypes
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from governance.actions.answers import Link, accept_answer, confirm_answer, propose_answer, return_answer
from governance.actions.doubts import raise_doubt
from governance.actions.items import assign_items, comment_on_item
from governance.actions.waivers import ask_waiver, decide_waiver
from governance.models import Answer, Item, Waiver
from pilots.models import User
from rolloutgov.demo.scene import Scene, moment
from rolloutgov.demo.story import Step, Written, answer_to


def assign(scene: Scene, step: Step) -> None:
    """`phase`, `only`, `but`; each question goes to the role that usually answers it. `due` (day) if known."""
    owned: dict[User, list[Item]] = {}
    for item in scene.items(step.args):
        owned.setdefault(scene.owner_of(item), []).append(item)
    due = scene.date(step.args["due"]) if "due" in step.args else None
    for owner, items in owned.items():
        at = scene.move_to(step.day)
        assign_items(pilot=scene.pilot, items=items, by=scene.person(step.by), at=at, owner=owner, due_on=due)


def schedule(scene: Scene, step: Step) -> None:
    """`phase`, `only`, `but`: by `due` (day), whoever owns them."""
    items, due = scene.items(step.args), scene.date(step.args["due"])
    assign_items(pilot=scene.pilot, items=items, by=scene.person(step.by), at=scene.move_to(step.day), due_on=due)


def answer(scene: Scene, step: Step) -> list[Step]:
    """`phase`, `only`, `but`; `until` (day). Each written by its owner and accepted a day or two later by another."""
    items = [item for item in scene.items(step.args) if item.state != Item.State.ACCEPTED]
    apart = (step.args.get("until", step.day) - step.day) / max(len(items), 1)
    following = []
    for n, item in enumerate(items):
        day = step.day + apart * n
        following.append(Step(day, "propose", args={"item": item.pk}))
        following.append(Step(day + 0.6 + n % 3 * 0.7, "accept", args={"item": item.pk}))
    return following


def renew(scene: Scene, step: Step) -> list[Step]:
    """What lapsed is looked at again, written and accepted anew: of a `phase`, `only` some, all `but` some."""
    lapsed = [item.code for item in scene.items(step.args) if item.state == Item.State.LAPSED]
    return answer(scene, Step(step.day, "answer", step.by, {**step.args, "only": lapsed}))


def propose(scene: Scene, step: Step) -> None:
    """In the words of `text`, or of the story; it waits for acceptance."""
    item = _item(scene, step)
    by = scene.person(step.by) if step.by else item.owner or scene.owner_of(item)
    renewed = item.state in (Item.State.LAPSED, Item.State.IN_DOUBT)
    values = scene.values(item)
    if "text" in step.args:
        written = Written(step.args["text"].format_map(values))
    else:
        written = answer_to(scene.story, item.code, values, renewed=renewed)
    grounds = _grounds(scene, item) if written.kind == Answer.Kind.ANSWERED else {}
    propose_answer(
        item=item, by=by, at=scene.move_to(step.day), kind=written.kind, text=written.text.strip(), **grounds
    )


def accept(scene: Scene, step: Step) -> None:
    """By the next in turn who may, where nobody is named."""
    item = _item(scene, step)
    assert item.answer
    by = scene.person(step.by) if step.by else scene.accepter(item.answer.author)
    accept_answer(item=item, by=by, at=scene.move_to(step.day), comment=step.args.get("comment") or scene.comment())


def send_back(scene: Scene, step: Step) -> None:
    item = scene.item(step.args["question"])
    return_answer(item=item, by=scene.person(step.by), at=scene.move_to(step.day), comment=step.args["comment"])


def comment(scene: Scene, step: Step) -> None:
    item = scene.item(step.args["question"])
    comment_on_item(item=item, by=scene.person(step.by), at=scene.move_to(step.day), text=step.args["text"])


def doubt(scene: Scene, step: Step) -> None:
    item = scene.item(step.args["question"])
    raise_doubt(item=item, by=scene.person(step.by), at=scene.move_to(step.day), reason=step.args["reason"])


def confirm(scene: Scene, step: Step) -> None:
    item = scene.item(step.args["question"])
    confirm_answer(item=item, by=scene.person(step.by), at=scene.move_to(step.day), comment=step.args["comment"])


def ask_for_waiver(scene: Scene, step: Step) -> None:
    item = scene.item(step.args["question"])
    ends_at = moment(scene.now, step.args["ends"])
    ask_waiver(
        item=item, by=scene.person(step.by), at=scene.move_to(step.day), reason=step.args["reason"], ends_at=ends_at
    )


def approve_waiver(scene: Scene, step: Step) -> None:
    _decide_waiver(scene, step, approve=True)


def refuse_waiver(scene: Scene, step: Step) -> None:
    _decide_waiver(scene, step, approve=False)


def _decide_waiver(scene: Scene, step: Step, *, approve: bool) -> None:
    waiting = Waiver.objects.select_related("item", "pilot").filter(pilot=scene.pilot, state=Waiver.State.ASKED)
    waiver = waiting.get(item__code=step.args["question"])
    by, at = scene.person(step.by), scene.move_to(step.day)
    decide_waiver(waiver=waiver, by=by, at=at, approve=approve, comment=step.args["comment"])


def _item(scene: Scene, step: Step) -> Item:
    """The `question`, or one `item` of those that are asked for each workflow."""
    if "question" in step.args:
        return scene.item(step.args["question"])
    item = Item.objects.with_details().get(pk=step.args["item"])
    item.pilot = scene.pilot
    return item


def _grounds(scene: Scene, item: Item) -> Mapping[str, Any]:
    """The file that the story gives for a question, or a link into the records of an office that does not exist."""
    file = scene.story.files.get(item.code)
    if file is not None:
        kind = mimetypes.guess_type(file["name"])[0] or "text/plain"
        return {"files": [SimpleUploadedFile(file["name"], file["text"].encode(), content_type=kind)]}
    title = item.question.evidence.split(";")[0].split(" (M")[0].strip()
    return {"links": [Link(title, f"https://records.example.org/{scene.pilot.slug}/{item.code.lower()}")]}
