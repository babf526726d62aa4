"""Every verb of the audit trail as a sentence. Pure; a test looks for verbs in the code that have none.

In braces: `who` did it, `target` as it was called then, `person` where the target is one, `number` of the event's
answer and whatever else stands in the event's data. Ids of people are shown by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

KINDS: Final = {
    "pilot": "The pilot and its scope",
    "questions": "Questions and answers",
    "gates": "Gates and sign-off",
    "waivers": "Waivers and conditions",
    "people": "People and roles",
    "evidence": "Evidence and forecasts",
    "flags": "Flags",
    "change": "People whose work changes",
    "published": "Statement and published page",
    "catalogue": "Catalogue",
    "webhooks": "Webhooks",
    "trail": "The trail itself",
}
SYSTEM: Final = "RolloutGov"


@dataclass(frozen=True)
class Sentence:
    kind: str
    text: str
    # Gives icon and colour (pilots/icons.py).
    state: str = ""


def _s(kind: str, text: str, state: str = "") -> Sentence:
    return Sentence(kind, text, state)


SENTENCES: Final[dict[str, Sentence]] = {
    "pilot.created": _s("pilot", "{who} started the pilot {target}", "current"),
    "pilot.edited": _s("pilot", "{who} edited the pilot: {changed}"),
    "pilot.paused": _s("pilot", "{who} paused the pilot", "paused"),
    "pilot.resumed": _s("pilot", "{who} resumed the pilot", "current"),
    "pilot.ended": _s("pilot", "{who} ended the pilot: {outcome}", "ended"),
    "pilot.catalogue_moved": _s("pilot", "{who} moved the pilot from version {from} of the catalogue to version {to}"),
    "workflow.added": _s("pilot", "{who} added the workflow {target}"),
    "workflow.edited": _s("pilot", "{who} edited the workflow {target}"),
    "workflow.accepted": _s("pilot", "{who} accepted to answer for the workflow {target}", "accepted"),
    "workflow.declined": _s("pilot", "{who} declined to answer for the workflow {target}", "refused"),
    "workflow.removed": _s("pilot", "{who} removed the workflow {target}"),
    "use_case.added": _s("pilot", "{who} added the use case {target}"),
    "use_case.removed": _s("pilot", "{who} removed the use case {target}"),
    "use_case.limited": _s("pilot", "{who} limited the use case {target}: {kind}", "human_only"),
    "use_case.limit_lifted": _s("pilot", "{who} lifted a limit on the use case {target}: {kind}"),
    "segment.added": _s("pilot", "{who} added the segment {target}"),
    "use.recorded": _s("pilot", "{who} recorded use from {first} to {last}: {added} days new, {replaced} replaced"),
    "use_case.set_aside": _s("pilot", "{who} said whether the use case {target} is set aside, and who owns that"),
    "use_case.described": _s("evidence", "{who} said what kind of use case {target} is"),
    "segment.described": _s("evidence", "{who} said who is in the segment {target}"),
    "workload.counted": _s("evidence", "{who} counted the workload: {cells} cells changed"),
    "workload.imported": _s("evidence", "{who} read the workload from a file: {cells} cells changed"),
    "register.added": _s("evidence", "{who} added an entry to a register: {target}"),
    "register.edited": _s("evidence", "{who} edited an entry of a register: {target}"),
    "register.removed": _s("evidence", "{who} removed an entry of a register: {target}", "withdrawn"),
    "register.imported": _s("evidence", "{who} added {added} entries of a file to a register: {register}"),
    "failure.answered": _s("evidence", "{who} said what becomes of a stress finding: {answer}", "answered"),
    "failure.built": _s("evidence", "{who} said that what a stress finding asked for is built", "met"),
    "risk.accepted": _s("evidence", "{who} accepted the risk of a stress finding until {until}", "carried"),
    "batch.received": _s("evidence", "{who} sent the batch {target}"),
    "batch.matched": _s("evidence", "{who} matched the columns of the batch {target}"),
    "batch.imported": _s("evidence", "The batch {target} was imported for {who}: {rows} rows"),
    "batch.withdrawn": _s("evidence", "{who} withdrew the batch {target}", "withdrawn"),
    "forecast.asked": _s("evidence", "{who} asked for the forecast {target}"),
    "forecast.worked_out": _s("evidence", "The forecast {target} was worked out"),
    "forecast.locked": _s("evidence", "{who} locked the forecast {target}", "accepted"),
    "readings.recorded": _s(
        "evidence", "{who} recorded readings of {target}: {added} new, {replaced} replaced, from {first} to {last}"
    ),
    "stage.halted": _s("evidence", "{target} was halted by its criteria: {metrics}", "call_halt"),
    "stage.paused": _s("evidence", "{who} paused {target}", "paused"),
    "stage.stepped_back": _s("evidence", "{who} stepped {target} back", "event_stepped_back"),
    "stage.resumed": _s("evidence", "{who} let {target} go on", "event_resumed"),
    "stage.planned": _s("evidence", "{who} planned {target}"),
    "stage.edited": _s("evidence", "{who} changed {target}"),
    "stage.criteria_set": _s("evidence", "{who} set {criteria} criteria of {target}"),
    "stage.locked": _s("evidence", "{who} locked {target} with its criteria and its forecast", "accepted"),
    "stage.closed": _s("evidence", "{who} closed {target}", "accepted"),
    "segment.removed": _s("pilot", "{who} removed the segment {target}"),
    "event.fired": _s("pilot", "{who} reported an event that makes answers lapse: {event}", "stale"),
    "items.assigned": _s("questions", "{who} {assigned}"),
    "items.handed_over": _s(
        "questions", "{items} questions, {conditions} conditions and {cells} cells to design of {from} went to {to}"
    ),
    "answer.doubt_withdrawn": _s(
        "questions", "What had put the answer to {target} in doubt is gone, so it counts again", "accepted"
    ),
    "item.commented": _s("questions", "{who} commented on {target}"),
    "answer.proposed": _s("questions", "{who} wrote answer {number} to {target} ({kind})", "proposed"),
    "answer.accepted": _s("questions", "{who} accepted answer {number} to {target}", "accepted"),
    "answer.returned": _s("questions", "{who} sent answer {number} to {target} back", "returned"),
    "answer.confirmed": _s("questions", "{who} confirmed that answer {number} to {target} still holds", "accepted"),
    "answer.doubted": _s("questions", "{who} put answer {answer} to {target} in doubt", "in_doubt"),
    "answer.lapsed": _s("questions", "Answer {number} to {target} lapsed: {reason}", "lapsed"),
    "sign_off.asked": _s("gates", "{who} asked for {target}", "waiting"),
    "sign_off.voided": _s("gates", "A change voided the {target}", "void"),
    "sign_off.withdrawn": _s("gates", "{who} withdrew the {target}", "withdrawn"),
    "sign_off.expired": _s("gates", "The {target} expired undecided", "expired"),
    "gate.signed_off": _s("gates", "{who} signed off “{target}”", "approved"),
    "gate.refused": _s("gates", "{who} refused “{target}”", "refused"),
    "gate.passed": _s("gates", "{who} signed off “{target}” last: the gate is passed", "passed"),
    "finding.acknowledged": _s("gates", "{who} has seen what is open: {target}"),
    "design.decided": _s("gates", "{who} decided about {many} cells of the rollout design: {choice}"),
    "design.condition_met": _s("gates", "{who} said that a condition of a later cell is met: {target}", "met"),
    "uncomfortable.acknowledged": _s("gates", "{who} has seen what nobody likes to read: {kind}"),
    "waiver.asked": _s("waivers", "{who} asked for a waiver of {target} until {ends_at}", "waiting"),
    "waiver.approved": _s("waivers", "{who} waived {target} until {ends_at}", "waived"),
    "waiver.refused": _s("waivers", "{who} refused to waive {target}", "refused"),
    "waiver.ended": _s("waivers", "The waiver of {target} ended: {reason}", "expired"),
    "condition.added": _s("waivers", "{who} added a condition: {target} ({owner}, by {due_on})", "conditions"),
    "condition.met": _s("waivers", "{who} closed a condition as met: {target}", "met"),
    "condition.withdrawn": _s("waivers", "{who} withdrew a condition: {target}", "withdrawn"),
    "member.added": _s("people", "{who} added {person} as {roles}"),
    "member.changed": _s("people", "{who} changed the roles of {person}"),
    "member.removed": _s("people", "{who} took {person} out of the pilot"),
    "member.stepped_aside": _s("people", "{who} stepped aside and decides nothing here", "paused"),
    "member.stepped_back_in": _s("people", "{who} stepped back in"),
    "delegation.made": _s("people", "{from} delegated to {to} as {role} from {starts_at} until {ends_at}"),
    "delegation.ended": _s("people", "{who} ended the delegation from {from} to {to} as {role}"),
    "invitation.sent": _s("people", "{who} invited somebody", "invited"),
    "invitation.accepted": _s("people", "{who} accepted an invitation"),
    "invitation.revoked": _s("people", "{who} revoked an invitation"),
    "administrator.created": _s("people", "{person} became the first administrator, from the command line"),
    "organisation_role.named": _s("people", "{who} made {person} {role}"),
    "organisation_role.withdrawn": _s("people", "{who} withdrew from {person} the role {role}"),
    "person.deactivated": _s("people", "{who} deactivated {person}", "deactivated"),
    "person.reactivated": _s("people", "{who} let {person} sign in again"),
    "person.vouched": _s("people", "{who} vouched that the account of {person} is their own"),
    "person.address_proven": _s("people", "{who} proved their address"),
    "account.edited": _s("people", "{who} changed their own settings"),
    "token.created": _s("people", "{who} made an API token"),
    "token.revoked": _s("people", "{who} revoked an API token of {owner}"),
    "flag.handed_in": _s("flags", "A flag was handed in: {target}", "new"),
    "flag.entered": _s("flags", "{who} entered a flag first heard elsewhere ({source}): {target}", "new"),
    "flag.attached": _s("flags", "The reporter of {target} added a file"),
    "flag.relabelled": _s("flags", "{who} says anew what is wrong in {target}", "assessed"),
    "flags.imported": _s("flags", "{who} imported {added} flags from elsewhere", "new"),
    "flag.assessed": _s("flags", "{who} assessed {target} at severity {severity}", "assessed"),
    "flag.closed": _s("flags", "{who} closed {target}: {resolution}", "closed"),
    "flag.carried": _s("flags", "{who} carries {target} by name", "carried"),
    "flag.reopened": _s("flags", "The reporter of {target} says that it came back", "lapsed"),
    "flag.return_taken_back": _s("flags", "The reporter of {target} took back that it came back", "withdrawn"),
    "flag.moved": _s("flags", "{who} moved {target} to another pattern"),
    "channel.created": _s("flags", "{who} let another tool hand in flags: {target}", "new"),
    "channel.edited": _s("flags", "{who} changed what {target} may: {changed}"),
    "channel.rotated": _s("flags", "{who} gave {target} a new token; the earlier one works until {until_at}"),
    "channel.revoked": _s("flags", "{who} closed the way of {target} to flags", "withdrawn"),
    "pattern.begun": _s("flags", "{who} began the pattern {target}", "new"),
    "pattern.confirmed": _s("flags", "{who} confirmed the pattern {target}", "confirmed"),
    "pattern.acknowledged": _s("flags", "{who} knows of the pattern {target} and watches it", "acknowledged"),
    "pattern.acted_on": _s("flags", "{who} decided what is done about {target}: {action}, by {due_on}", "acting"),
    "pattern.fixed": _s("flags", "{who} declared {target} fixed", "fixed"),
    "pattern.declined": _s("flags", "{who} decided that nothing changes about {target}", "declined"),
    "pattern.carried": _s("flags", "{who} carries {target} by name", "carried"),
    "pattern.snoozed": _s("flags", "{who} set {target} aside", "snoozed"),
    "pattern.woken": _s("flags", "{target} is back from where it was set aside"),
    "pattern.returned": _s("flags", "{target} came back after it was fixed ({who})", "regressed"),
    "pattern.return_taken_back": _s("flags", "{target} did not come back after all ({who})", "fixed"),
    "pattern.surged": _s("flags", "{target} rises: {count} flags in {days} days, {expected} expected", "surging"),
    "pattern.renamed": _s("flags", "{who} renamed the pattern {target}"),
    "pattern.merged": _s("flags", "{who} merged {target} into {into_reference}", "merged"),
    "pattern.unmerged": _s("flags", "{who} took the merge of {target} back"),
    "pattern.undone": _s("flags", "{who} took back a decision about {target}: {decision}", "withdrawn"),
    "patterns.regrouped": _s("flags", "All flags were grouped anew: {moved} moved, {begun} patterns begun"),
    "patterns.coarseness_set": _s("flags", "{who} set how coarsely flags are grouped: {coarseness}"),
    "flag.waited_too_long": _s(
        "flags", "{target} waited too long for a first look: the next person was called", "overdue"
    ),
    "review.scheduled": _s("flags", "{who} set {target}: {weekday}, every {weeks} weeks"),
    "review.opened": _s("flags", "{who} opened {target} with {items} items"),
    "review.item_carried": _s("flags", "{who} carried {about} from {target} to the next one", "carried"),
    "review.closed": _s("flags", "{who} closed {target}: {decided} decided, {carried} carried", "met"),
    "feedback.handed_over": _s("flags", "{things} things that {from} had still to do with flags went to {to}"),
    "correction.opened": _s("flags", "{who} opened the correction {target}, due {due_at}", "open"),
    "correction.told": _s("flags", "{who} noted who was told about {target}"),
    "correction.planned": _s("flags", "{who} planned {target} anew: {owner}, by {due_at}"),
    "correction.done": _s("flags", "{who} corrected {target}", "met"),
    "rota.set": _s("flags", "{who} set who is on triage"),
    "clocks.set": _s("flags", "{who} set {target}"),
    "escalation.opened": _s("flags", "Somebody needs a judgement: {target}", "waiting"),
    "escalation.passed_on": _s("flags", "Nobody answered in time: {target} was passed on to step {step}", "overdue"),
    "escalation.unroutable": _s("flags", "Nobody can be reached: {target}", "unroutable"),
    "escalation.ran_out": _s("flags", "Everybody on the path was called and nobody answered: {target}", "overdue"),
    "escalation.answered": _s("flags", "{who} answered {target}: {decision}", "answered"),
    "escalation.given_up": _s("flags", "Who asked went on without an answer: {target}", "gave_up"),
    "escalation_path.set": _s("flags", "{who} set who is called, in which order and hours ({hours})"),
    "drill.planned": _s("flags", "{who} planned {target} for {planned_on}", "planned"),
    "drill.started": _s("flags", "{who} started {target}", "drill"),
    "drill.ended": _s("flags", "{who} ended {target}; {people} took part", "drill"),
    "drill.called_off": _s("flags", "{who} called off {target}", "called_off"),
    "drill_gap.found": _s("flags", "{who} noted {target}"),
    "drill_gap.owned": _s("flags", "{owner} sees to {target} by {due_on}"),
    "drill_gap.closed": _s("flags", "{who} closed {target}", "closed"),
    "concern.raised": _s("change", "Somebody raised a concern", "new"),
    "concern.named": _s("change", "{who} asked {named} to answer a concern"),
    "concern.accepted": _s("change", "{who} accepted a concern; it changed: {changed}", "accepted"),
    "concern.not_accepted": _s("change", "{who} did not accept a concern, with the reason", "not_accepted"),
    "concern.erased": _s("change", "What a concern said was erased"),
    "barrier.recorded": _s("change", "{who} recorded a barrier, {target}: {actions}"),
    "barrier.revised": _s("change", "{who} revised a barrier, {target}: {actions}"),
    "barrier.closed": _s("change", "{who} closed a barrier, {target}: {state}", "closed"),
    "sensitive_role.identified": _s("change", "{who} listed a role to be asked apart: {target}"),
    "sensitive_role.asked": _s("change", "{who} recorded what was said ({whom}) about {target}"),
    "flag.erased": _s("flags", "What was written in {target} was erased ({because})", "withdrawn"),
    "statement.written": _s("published", "{who} wrote {target}", "draft"),
    "statement.signed": _s("published", "{who} signed {target} as {role}", "approved"),
    "statement.published": _s("published", "{who} published {target}", "passed"),
    "page.published": _s("published", "{who} published {target}", "passed"),
    "person.erased": _s("people", "{person} was erased, with what they wrote in {flags} flags ({who})", "withdrawn"),
    "person.data_exported": _s("people", "{who} exported what is held on {person}"),
    "catalogue.loaded": _s("catalogue", "The shipped questions were loaded as {target}"),
    "catalogue.proposed": _s("catalogue", "Newer shipped questions were laid out as a draft, {target}"),
    "catalogue.draft_started": _s("catalogue", "{who} started a draft, {target}", "draft"),
    "catalogue.draft_discarded": _s("catalogue", "{who} discarded the draft {target}"),
    "catalogue.published": _s("catalogue", "{who} published {target} of the catalogue", "passed"),
    "catalogue.question_added": _s("catalogue", "{who} added the question {question} to {target}"),
    "catalogue.question_edited": _s("catalogue", "{who} edited the question {question} in {target}"),
    "catalogue.question_removed": _s("catalogue", "{who} removed the question {question} from {target}"),
    "checkpoint.signed": _s("trail", "Checkpoint {number} was signed over the whole trail ({reason})", "ok"),
    "webhook.created": _s("webhooks", "{who} added a webhook to {target}"),
    "webhook.edited": _s("webhooks", "{who} changed the webhook to {target}"),
    "webhook.secret_rotated": _s("webhooks", "{who} made a new secret for the webhook to {target}"),
    "webhook.disabled": _s("webhooks", "{who} disabled the webhook to {target}", "paused"),
    "webhook.enabled": _s("webhooks", "{who} enabled the webhook to {target}", "current"),
    "webhook.tested": _s("webhooks", "{who} sent a test to the webhook to {target}"),
    "webhook.sent_again": _s("webhooks", "{who} had an event sent again to {target}: {event}"),
    "message.sent_again": _s("people", "{who} had an e-mail sent again that had failed"),
    "trail.verified": _s("trail", "{who} verified the trail: {events} events, {problems} problems"),
}


class _Words(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


def sentence_of(verb: str) -> Sentence:
    """A verb that nobody has put into words yet is still shown, as it stands."""
    return SENTENCES.get(verb) or Sentence("pilot", verb.replace(".", ": ").replace("_", " ") + " – {target} ({who})")


def told(verb: str, words: Mapping[str, Any]) -> str:
    return sentence_of(verb).text.format_map(_Words({key: str(value) for key, value in words.items()}))


def verbs_of(kind: str) -> list[str]:
    return [verb for verb, sentence in SENTENCES.items() if sentence.kind == kind]
