"""The icons (16 × 16, drawn here, filled with the colour of the text) and the look of each state: tone, icon, word.

A state is shown by all three, since the hues alone are too alike for colour-blind eyes.
"""

from dataclasses import dataclass

ICONS = {
    "octagon": "M5 1h6l4 4v6l-4 4H5l-4-4V5zm2.2 2.8v5.4h1.6V3.8zm0 6.8v1.6h1.6v-1.6z",
    "clock": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm.9 7.5L6 10.6l-.9-1.2 2.2-1.6V4h1.6z",
    "tick": "M6.2 13 1.6 8.4l1.5-1.5 3.1 3.1 6.7-6.8 1.5 1.5z",
    "tick-circle": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zM6.9 11.2 3.8 8.1l1.1-1.1 2 2 4.2-4.2 1.1 1.1z",
    "triangle": "M8 1.2 15.4 14H.6zM7.2 6v4.2h1.6V6zm0 5.2v1.5h1.6v-1.5z",
    "brackets": "M6 2v1.6H3.6v8.8H6V14H2V2zm4 0h4v12h-4v-1.6h2.4V3.6H10zM7.2 7.2h1.6v1.6H7.2z",
    "question": (
        "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.8 9.9h1.6v1.5H7.2zm-1.6-5C5.7 4.4 6.7 3.6 8.1 3.6c1.4 0 2.4.8 "
        "2.4 2.1 0 1-.5 1.5-1.2 2-.6.4-.6.6-.6 1.2v.4H7.2v-.6c0-1 .4-1.5 1.1-2 .5-.4.7-.5.7-1 "
        "0-.4-.3-.7-.9-.7s-.9.3-1 .9z"
    ),
    "pen": "M11.2 1.6 14.4 4.8 5.2 14H2v-3.2zm-1 3.1L3.6 11.4v1h1l6.7-6.6z",
    "ring": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm0 1.8a5.2 5.2 0 1 1 0 10.4A5.2 5.2 0 0 1 8 2.8z",
    "dashed-ring": (
        "M6.5 1.2v1.9a5 5 0 0 0-1 .4L4.2 2.1a7 7 0 0 1 2.3-.9zm3 0a7 7 0 0 1 2.3.9l-1.3 1.4a5 5 0 0 "
        "0-1-.4zM2.1 4.2l1.4 1.3a5 5 0 0 0-.4 1H1.2a7 7 0 0 1 .9-2.3zm11.8 0a7 7 0 0 1 .9 2.3h-1.9a5 5 0 0 "
        "0-.4-1zM1.2 9.5h1.9a5 5 0 0 0 .4 1l-1.4 1.3a7 7 0 0 1-.9-2.3zm11.7 0h1.9a7 7 0 0 1-.9 2.3l-1.4-1.3a5 "
        "5 0 0 0 .4-1zm-7.4 3a5 5 0 0 0 1 .4v1.9a7 7 0 0 1-2.3-.9zm5 0 1.3 1.4a7 7 0 0 1-2.3.9v-1.9a5 5 0 0 0 "
        "1-.4z"
    ),
    "unmeasured": (
        "M1 3.5h1.7v1.3H1zm3.2 0h2.1v1.3H4.2zm3.6 0h2.1v1.3H7.8zm3.6 0h3.6v1.3h-3.6zM1 6.2h1.4v3.6H1zm12.6 "
        "0H15v3.6h-1.4zM1 11.2h3.2v1.3H1zm4.8 0h2.1v1.3H5.8zm3.6 0h2.1v1.3H9.4zm3.3 0H15v1.3h-2.3zM8.1 "
        "5.5c1.1 0 1.8.6 1.8 1.4 0 .7-.4 1-.8 "
        "1.2-.3.2-.4.3-.4.6H7.3c0-.9.4-1.2.8-1.4.3-.2.4-.3.4-.5s-.1-.3-.4-.3-.4.2-.5.4H6.2c.1-.9.8-1.4 "
        "1.9-1.4zM7.3 9.3h1.4v1.2H7.3z"
    ),
    "minus": "M2.5 7.1h11v1.8h-11z",
    "plus": "M7.1 2.5h1.8v4.6h4.6v1.8H8.9v4.6H7.1V8.9H2.5V7.1h4.6z",
    "cross": "M3.4 2.1 8 6.7l4.6-4.6 1.3 1.3L9.3 8l4.6 4.6-1.3 1.3L8 9.3l-4.6 4.6-1.3-1.3L6.7 8 2.1 3.4z",
    "pause": "M3.5 2.5h3v11h-3zm6 0h3v11h-3z",
    "stop": "M3 3h10v10H3z",
    "skip": "M1.5 2.5 7 8l-5.5 5.5zM7.5 2.5 13 8l-5.5 5.5zM13 2.5h1.6v11H13z",
    "return": (
        "M6.5 2 2 6.3l4.5 4.3V7.4h2.6c1.9 0 3 1 3 2.7 0 .9-.4 1.7-1 2.4h2c.5-.7.8-1.6.8-2.6 0-2.6-1.9-4.2-4.6-4.2H6.5z"
    ),
    "lapsed": (
        "M8 1a7 7 0 0 1 7 7h-1.8A5.2 5.2 0 0 0 4 4.6L5.6 6.2H1V1.6l1.7 1.7A7 7 0 0 1 8 1zM1 8h1.8A5.2 5.2 0 0 "
        "0 12 11.4L10.4 9.8H15v4.6l-1.7-1.7A7 7 0 0 1 1 8z"
    ),
    "lock": (
        "M8 1a3.6 3.6 0 0 1 3.6 3.6V7H13v8H3V7h1.4V4.6A3.6 3.6 0 0 1 8 1zm0 1.6a2 2 0 0 0-2 2V7h4V4.6a2 2 0 0 0-2-2z"
    ),
    "bell": (
        "M8 1c2.6 0 4.4 1.9 4.4 4.5 0 3.4.9 4.5 1.6 5.3v1H2v-1c.7-.8 1.6-1.9 1.6-5.3C3.6 2.9 5.4 1 8 1zM6 "
        "12.8h4a2 2 0 0 1-4 0z"
    ),
    "person": (
        "M8 1.5a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4zM8 9c3.3 0 5.8 1.9 5.8 4.6v.9H2.2v-.9C2.2 10.9 4.7 9 8 9z"
    ),
    "people": (
        "M5.8 2.5a2.7 2.7 0 1 1 0 5.4 2.7 2.7 0 0 1 0-5.4zm5.2.6a2.3 2.3 0 1 1-.7 4.5c.5-.7.8-1.5.8-2.4 "
        "0-.7-.2-1.4-.5-2zM5.8 9c2.8 0 4.8 1.6 4.8 3.9v.6H1v-.6C1 10.6 3 9 5.8 9zm5.6.4c2.1.2 3.6 1.6 3.6 "
        "3.5v.6h-3v-.6c0-1.4-.5-2.6-1.4-3.5z"
    ),
    "search": (
        "M7 1.5a5.5 5.5 0 0 1 4.3 8.9l3.3 3.3-1.2 1.2-3.3-3.3A5.5 5.5 0 1 1 7 1.5zm0 1.7a3.8 3.8 0 1 0 0 7.6 "
        "3.8 3.8 0 0 0 0-7.6z"
    ),
    "down": "M2.3 5 8 10.7 13.7 5l1.2 1.2L8 13.1 1.1 6.2z",
    "flag": "M3 1h1.6v1.2h8.9L11.6 6l1.9 3.8H4.6V15H3z",
    "file": "M3.5 1h6L13 4.5V15h-9.5zM9 2.5V5h2.5z",
    "link": (
        "M6.7 9.3a3 3 0 0 1 0-4.2l2.2-2.2a3 3 0 0 1 4.2 4.2l-1.2 1.2-1.1-1.1 1.2-1.2a1.4 1.4 0 0 0-2-2L7.8 "
        "6.2a1.4 1.4 0 0 0 0 2zM9.3 6.7a3 3 0 0 1 0 4.2l-2.2 2.2a3 3 0 0 1-4.2-4.2l1.2-1.2 1.1 1.1L4 10a1.4 "
        "1.4 0 0 0 2 2l2.2-2.2a1.4 1.4 0 0 0 0-2z"
    ),
    "comment": "M1.5 2h13v9.5H7L3.5 14.5v-3h-2z",
    "document": "M3 1h10v14H3zm2 3v1.3h6V4zm0 3v1.3h6V7zm0 3v1.3h4V10z",
    "key": (
        "M10.5 1.5a4 4 0 1 1-1.3 7.8L7.5 11H6v1.5H4.5V14H1.5v-2.8l5.2-5.2a4 4 0 0 1 3.8-4.5zm.9 2.2a1.2 1.2 0 "
        "1 0 0 2.5 1.2 1.2 0 0 0 0-2.5z"
    ),
    "info": "M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1zm-.8 2.8h1.6v1.6H7.2zm0 2.9h1.6v5.5H7.2z",
    "right": "M5 2.3 10.7 8 5 13.7l1.2 1.2L13.1 8 6.2 1.1z",
    "rising": "M1 12.2 5.5 7.6l3 3L13 6v3.2h1.8V3H8.6v1.8h3.1L8.5 8.1l-3-3L-.2 10.9z",
    "shield": "M8 1l6 2v4.5c0 3.6-2.3 6.2-6 7.5-3.7-1.3-6-3.9-6-7.5V3z",
}

# severity: four bars of growing height, as many filled as the level says
_BARS = [(1, 11, 4), (4.8, 8, 7), (8.6, 5, 10), (12.4, 1, 14)]
for _level in range(5):
    ICONS[f"level-{_level}"] = "".join(
        f"M{x} {y}h2.6v{height}h-2.6z" + ("" if rank < _level else f"m.9.9v{height - 1.8:g}h.8v-{height - 1.8:g}z")
        for rank, (x, y, height) in enumerate(_BARS)
    )


@dataclass(frozen=True)
class Look:
    """How a state is shown. `tone` names a colour pair in static/css/tokens.css."""

    tone: str
    icon: str
    word: str
    dashed: bool = False


STATES = {
    # gates and phases
    "not_started": Look("idle", "dashed-ring", "Not started", dashed=True),
    "open": Look("idle", "ring", "Open"),
    "blocked": Look("blocked", "octagon", "Blocked"),
    "waiting": Look("waiting", "clock", "Waiting for a person"),
    "ready": Look("waiting", "pen", "Ready to sign off"),
    "passed": Look("passed", "tick", "Passed"),
    "conditions": Look("caution", "triangle", "Passed with conditions"),
    "passed_with_conditions": Look("caution", "triangle", "Passed with conditions"),
    "current": Look("waiting", "ring", "Current"),
    "lapsed": Look("blocked", "lapsed", "Lapsed"),
    "lapsed_since_passing": Look("blocked", "lapsed", "Lapsed since passing"),
    "stale": Look("caution", "clock", "Stale"),
    "skipped": Look("caution", "skip", "Skipped"),
    "paused": Look("caution", "pause", "Paused"),
    "ended": Look("idle", "stop", "Ended"),
    "active": Look("passed", "tick", "Active"),
    # findings
    "met": Look("passed", "tick", "Met"),
    "waived": Look("caution", "brackets", "Waived"),
    "not_yours": Look("idle", "lock", "Not yours to decide"),
    # answers
    "unanswered": Look("idle", "dashed-ring", "Not answered", dashed=True),
    "draft": Look("idle", "pen", "Draft"),
    "proposed": Look("waiting", "clock", "Waiting for acceptance"),
    "accepted": Look("passed", "tick", "Accepted"),
    "returned": Look("caution", "return", "Sent back"),
    "in_doubt": Look("caution", "question", "In doubt"),
    "expired": Look("caution", "clock", "Expired"),
    "not_measured": Look("blocked", "unmeasured", "Not measured", dashed=True),
    "not_applicable": Look("idle", "minus", "Not applicable"),
    # due dates, decisions, jobs
    "overdue": Look("blocked", "clock", "Overdue"),
    "due_soon": Look("caution", "clock", "Due soon"),
    "refused": Look("blocked", "cross", "Refused"),
    "approved": Look("passed", "tick", "Approved"),
    "void": Look("caution", "lapsed", "Void"),
    "withdrawn": Look("idle", "return", "Withdrawn"),
    "running": Look("waiting", "clock", "Running"),
    "ok": Look("passed", "tick", "In order"),
    "failed": Look("blocked", "octagon", "Failed"),
    "unknown": Look("idle", "question", "Unknown", dashed=True),
    # people
    "invited": Look("waiting", "clock", "Invited"),
    "deactivated": Look("idle", "minus", "Deactivated"),
    # flags
    "new": Look("waiting", "flag", "New"),
    "assessed": Look("idle", "ring", "Assessed"),
    "carried": Look("caution", "person", "Carried by name"),
    "fixed": Look("passed", "tick", "Fixed"),
    "closed": Look("idle", "tick", "Closed"),
    # patterns
    "confirmed": Look("caution", "tick-circle", "Confirmed"),
    "acknowledged": Look("idle", "bell", "Known, watched"),
    "acting": Look("waiting", "person", "Being acted on"),
    "regressed": Look("blocked", "return", "Came back"),
    "declined": Look("idle", "minus", "Not changed"),
    "snoozed": Look("idle", "pause", "Set aside"),
    "merged": Look("idle", "link", "Merged"),
    "surging": Look("blocked", "rising", "Rising"),
    "emerging": Look("caution", "plus", "Just appeared"),
    "quiet": Look("passed", "tick", "Fixed and quiet"),
    # reviews, fixes, limits of use
    "fewer": Look("passed", "tick", "Fewer than before"),
    "more": Look("blocked", "rising", "More than before"),
    "too_early": Look("idle", "question", "Too early to say", dashed=True),
    "human_only": Look("caution", "person", "Human review only"),
    "withdrawn_use": Look("blocked", "stop", "Withdrawn"),
    # escalations, concerns, drills
    "answered": Look("passed", "tick", "Answered"),
    "gave_up": Look("caution", "minus", "Given up"),
    "unroutable": Look("blocked", "octagon", "Reaches nobody"),
    "not_accepted": Look("idle", "minus", "Not accepted"),
    "planned": Look("idle", "clock", "Planned"),
    "held": Look("passed", "tick-circle", "Held"),
    "called_off": Look("idle", "minus", "Called off"),
    "lifted": Look("passed", "tick", "No longer in the way"),
    "stands": Look("caution", "octagon", "Stands"),
    "drill": Look("idle", "bell", "Drill"),
    "unowned": Look("blocked", "person", "Nobody owns it"),
    "severity_0": Look("idle", "level-0", "0 Hazard"),
    "severity_1": Look("waiting", "level-1", "1 Caught"),
    "severity_2": Look("caution", "level-2", "2 Passed on, fixed"),
    "severity_3": Look("blocked", "level-3", "3 Affected someone"),
    "severity_4": Look("severe", "level-4", "4 Serious"),
    # rollout design
    "design_ready": Look("passed", "tick", "Ready"),
    "design_needs_design": Look("caution", "pen", "Needs design"),
    "design_later": Look("waiting", "clock", "Later"),
    "design_out": Look("idle", "minus", "Out"),
    "design_unknown": Look("blocked", "unmeasured", "Unknown", dashed=True),
    "design_undecided": Look("blocked", "question", "Undecided", dashed=True),
    # stages of a rollout
    "stage_planned": Look("idle", "dashed-ring", "Planned", dashed=True),
    "stage_open": Look("passed", "tick", "Open"),
    "stage_paused": Look("caution", "pause", "Paused"),
    "stage_stepped_back": Look("blocked", "return", "Stepped back"),
    "stage_closed": Look("idle", "stop", "Closed"),
    # evidence
    "batch_mapping": Look("caution", "question", "Columns to be matched"),
    "batch_waiting": Look("waiting", "clock", "Waiting to be checked"),
    "batch_checking": Look("waiting", "clock", "Being checked"),
    "batch_refused": Look("blocked", "cross", "To be mended"),
    "batch_importing": Look("waiting", "clock", "Being taken in"),
    "batch_imported": Look("passed", "tick", "Counts"),
    "batch_failed": Look("blocked", "octagon", "Failed"),
    "batch_withdrawn": Look("idle", "return", "Withdrawn"),
    "forecast_waiting": Look("waiting", "clock", "Waiting to be worked out"),
    "forecast_running": Look("waiting", "clock", "Being worked out"),
    "forecast_ready": Look("waiting", "pen", "Worked out, not locked"),
    "forecast_locked": Look("passed", "lock", "Locked"),
    "forecast_impossible": Look("blocked", "unmeasured", "Not possible yet", dashed=True),
    "forecast_failed": Look("blocked", "octagon", "Failed"),
    "plateau": Look("blocked", "octagon", "Likely to level off too low"),
    "score_held80": Look("passed", "tick", "Inside the 80 % interval"),
    "score_held95": Look("caution", "triangle", "Outside 80 %, inside 95 %"),
    "score_missed": Look("blocked", "octagon", "Outside the 95 % interval"),
    "reach_direct": Look("passed", "tick", "Measured"),
    "reach_modelled": Look("waiting", "link", "Worked out from parts"),
    "reach_none": Look("blocked", "unmeasured", "No evidence", dashed=True),
    "recalled": Look("caution", "question", "Recalled, not measured"),
    "synthetic": Look("caution", "info", "Synthetic"),
    "by_supplier": Look("caution", "person", "Measured by the supplier"),
    "by_project": Look("idle", "person", "Measured in the project"),
    "held_back": Look("waiting", "clock", "Newer rows held back"),
    "not_enough_data": Look("idle", "lock", "Not enough data", dashed=True),
    # what a look said of a stage, and of each of its criteria
    "call_halt": Look("blocked", "octagon", "Halted"),
    "call_expand": Look("passed", "tick", "May be widened"),
    "call_hold": Look("waiting", "clock", "Goes on"),
    "call_inconclusive": Look("caution", "question", "Not clear"),
    "guardrail_broken": Look("blocked", "octagon", "Broken"),
    "guardrail_open": Look("waiting", "ring", "Not clear yet"),
    "guardrail_quiet": Look("idle", "bell", "No alarm"),
    "guardrail_kept": Look("passed", "tick", "Kept"),
    "too_few": Look("idle", "lock", "Not enough data", dashed=True),
    "event_opened": Look("passed", "tick", "Opened"),
    "event_halted": Look("blocked", "octagon", "Halted by the rule"),
    "event_paused": Look("caution", "pause", "Paused"),
    "event_resumed": Look("passed", "skip", "Goes on"),
    "event_stepped_back": Look("blocked", "return", "Stepped back"),
    "event_closed": Look("idle", "stop", "Closed"),
    # published pages
    "erased": Look("idle", "minus", "Erased"),
    # messages
    "info": Look("waiting", "info", "Note"),
    "success": Look("passed", "tick-circle", "Done"),
    "warning": Look("caution", "triangle", "Warning"),
    "error": Look("blocked", "octagon", "Problem"),
}


def look_of(state: str) -> Look:
    """An unknown state is shown neutrally, by its own name in words, rather than breaking the page."""
    return STATES.get(state) or Look("idle", "ring", state.replace("_", " ").capitalize())
