"""Every page, by who opens it: each address once at least, and those that look different once for each look."""

from collections.abc import Iterator

from pilots.registers import REGISTERS
from tests.journeys.world import World

Opened = tuple[str, str]  # a name of the cast or "visitor", and the address

# What answers with no page: files, health, figures for machines, and buttons that a GET refuses.
NO_PAGE = {
    "adoption_csv",
    "batch_bad_rows",
    "batch_rows_csv",
    "batch_template",
    "catalogue_export",
    "coverage_csv",
    "delegation_end",
    "design_csv",
    "evidence",
    "figures_csv",
    "flag_file",
    "forecast_export",
    "flag_receipt_file",
    "flags_import_template",
    "use_template",
    "framework_csv",
    "gate_dossier",
    "health_live",
    "health_ready",
    "invitation_revoke",
    "landing",
    "metrics",
    "my_flag_file",
    "register_download",
    "register_template",
    "my_data_export",
    "pilot_history_csv",
    "portfolio_csv",
    "readings_template",
    "readiness_csv",
    "trail_csv",
    "workload_download",
    "workload_template",
}


def addresses(world: World) -> list[Opened]:
    return [
        *_visitors(world),
        *(("pm", address) for address in _overview()),
        *_of_letters(world),
        *_of_questions(world),
        *_of_gates(),
        *_over_the_organisation(world),
        *((who, address) for who, _, address in (line.partition(" ") for line in world.about_people)),
        *_of_webhooks(world),
        *_of_registers(world),
        *_of_figures(),
        *_of_batches(world),
        *_of_workload(),
    ]


def _visitors(world: World) -> Iterator[Opened]:
    for address in (
        "/accounts/login/",
        "/accounts/signup/",
        "/accounts/password/reset/",
        "/flag/",
        "/flag/letters/",
        f"/flag/receipt/{world.receipt}/",
        f"/flag/receipt/{world.receipt}/reopen/",
        f"/flag/receipt/{world.receipt}/attach/",
        f"/embed/flag/{world.embedded}/?use_case=first-draft",
        f"/flag/receipt/{world.receipt}/erase/",
        "/published/contract-summaries/",
        world.invitation,
    ):
        yield "visitor", address


def _overview() -> Iterator[str]:
    yield from (
        "/pilots/",
        "/pilots/?q=no+such+pilot",
        "/pilots/?state=blocked&phase=demonstration",
        "/pilots/new/",
        "/my-work/",
        "/search/",
        "/search/?q=letters",
        "/my-flags/",
        "/flag/letters/",
        "/account/",
        "/account/data/",
        "/account/erase/",
        "/published/",
        "/account/tokens/",
        "/account/address/from-an-email/",
        "/account/tokens/new/",
        "/account/notifications/",
        "/accounts/2fa/",
        "/accounts/2fa/webauthn/",
        "/accounts/password/change/",
        "/accounts/logout/",
    )


def _of_letters(world: World) -> Iterator[Opened]:
    at = "/pilots/letters/"
    for place in (
        "", "edit/", "pause/", "end/", "scope/", "scope/workflow/answering-letters/remove/", "catalogue/",
        "workflows/answering-letters/edit/", "history/", "history/?kind=questions", "people/", "people/add/",
        f"people/{world.people.member.pk}/change/", f"people/{world.people.member.pk}/remove/", "people/delegate/",
        "people/step-aside/", "use/", "flags/?state=any", "events/", "events/?event=tool_version_changed",
    ):  # fmt: skip
        yield "pm", f"{at}{place}"
    yield "owner", f"{at}scope/"
    yield "owner", f"{at}workflows/phone-notes/decline/"
    yield "member", at
    yield "member", f"{at}people/"
    for name in ("translation-of-notices", "complaint-sorting", "contract-summaries"):
        yield "pm", f"/pilots/{name}/"
    yield "triage", f"{at}flags/"
    yield "triage", f"{at}flags/enter/"
    yield "triage", "/pilots/meeting-minutes/flags/"
    for reference in world.flags:
        yield "triage", f"{at}flags/{reference}/"
    yield from _of_channels(world)
    yield "triage", f"{at}flags/import/"
    yield "triage", f"{at}flags/import/{world.ids['upload']}/"
    yield "evaluator", "/pilots/contract-summaries/use/"
    yield from _of_patterns(world)
    yield "stranger", "/my-flags/"
    yield "stranger", f"/my-flags/{world.own_flag}/"
    yield "stranger", f"/my-flags/{world.own_flag}/reopen/"
    yield "stranger", f"/my-flags/{world.own_flag}/attach/"
    yield "evaluator", f"{at}flags/{world.hidden_flag}/"
    yield "triage", f"{at}flags/{world.hidden_flag}/"
    yield "stranger", f"/my-flags/{world.own_flag}/erase/"
    yield "stranger", f"/my-flags/{world.erased_flag}/"
    yield "triage", f"{at}flags/{world.erased_flag}/"
    yield from _of_publishing()


def _of_channels(world: World) -> Iterator[Opened]:
    at = "/pilots/letters/channels/"
    for place in ("", "new/", *(f"{world.ids['channel']}/{verb}/" for verb in ("edit", "rotate", "revoke"))):
        yield "integration", f"{at}{place}"
    yield "pm", "/pilots/meeting-minutes/channels/"


def _of_patterns(world: World) -> Iterator[Opened]:
    at = "/pilots/contract-summaries/patterns/"
    for place in ("", "?state=any", "?q=nothing+like+it", "1/", "2/", "3/"):
        yield "triage", f"{at}{place}"
    yield "change", f"{at}1/"
    yield "triage", "/pilots/contract-summaries/chains/1/"
    yield "triage", "/pilots/contract-summaries/chains/2/"
    yield "triage", "/pilots/meeting-minutes/patterns/"
    yield "triage", f"/pilots/contract-summaries/flags/{world.moved_flag}/"
    yield from _of_acting()


def _of_acting() -> Iterator[Opened]:
    at = "/pilots/contract-summaries/"
    for place in (
        "reviews/", "reviews/1/", "reviews/2/", "reviews/schedule/", "corrections/", "corrections/?about=P-2",
        "corrections/1/", "triage-rota/", "feedback-figures/", "feedback-figures/?days=30", "use-cases/fees/limit/",
        "use-cases/fees/lift/",
    ):  # fmt: skip
        yield "pm", f"{at}{place}"
    for place in ("reviews/2/", "reviews/2/?item=2", "patterns/2/"):
        yield "triage", f"{at}{place}"
    for place in ("reviews/", "reviews/2/", "corrections/2/", "triage-rota/"):
        yield "change", f"{at}{place}"
    yield "stranger", "/flag/contract-summaries/"
    for place in ("reviews/", "corrections/", "feedback-figures/"):
        yield "pm", f"/pilots/meeting-minutes/{place}"


def _of_publishing() -> Iterator[Opened]:
    at = "/pilots/contract-summaries/"
    yield "pm", f"{at}statement/"
    yield "member", f"{at}statement/"
    yield "sponsor", f"{at}statement/"
    yield "pm", f"{at}statement/1/"
    yield "pm", f"{at}statement/write/"
    yield "pm", f"{at}publish/"
    yield "pm", "/pilots/meeting-minutes/statement/"
    yield "pm", "/pilots/meeting-minutes/publish/"
    yield "stranger", "/published/contract-summaries/"


def _of_webhooks(world: World) -> Iterator[Opened]:
    at = "/pilots/letters/webhooks/"
    for place in ("", "new/", f"{world.webhook}/", f"{world.webhook}/edit/"):
        yield "integration", f"{at}{place}"
    yield "pm", "/pilots/meeting-minutes/webhooks/"
    yield "visitor", f"/unsubscribe/{world.unsubscribe}/"
    yield "triage", "/my-flags/"


def _of_batches(world: World) -> Iterator[Opened]:
    at = "/pilots/letters/evidence/batches/"
    for state in ("imported", "refused", "mapping", "waiting", "withdrawn"):
        yield "evaluator", f"{at}{world.ids[f'batch:{state}']}/"
    imported = f"{at}{world.ids['batch:imported']}/"
    yield "member", at
    yield "member", imported
    yield "evaluator", f"{at}add/"
    yield "evaluator", f"{imported}withdraw/"
    yield "evaluator", f"{imported}rows/"
    yield "evaluator", f"{at}{world.ids['batch:mapping']}/match/"
    yield "pm", "/pilots/contract-summaries/evidence/batches/"


def _of_registers(world: World) -> Iterator[Opened]:
    at, ids = "/pilots/letters/evidence/registers/", world.ids
    yield from (("evaluator", f"{at}{slug}/") for slug in REGISTERS)
    yield from (("evaluator", f"{at}{slug}/{ids[f'entry:{slug}']}/edit/") for slug in REGISTERS)
    yield "evaluator", at
    yield "member", "/pilots/contract-summaries/evidence/registers/"
    yield "member", f"{at}integration-points/"
    yield "evaluator", f"{at}failure-modes/{ids['entry:build']}/answer/"
    yield "evaluator", f"{at}failure-modes/{ids['entry:build']}/build/"
    yield "owner", f"{at}failure-modes/"
    yield "owner", f"{at}failure-modes/{ids['entry:build']}/accept-risk/"
    yield "evaluator", f"{at}effort/{ids['entry:effort']}/remove/"
    yield "evaluator", f"{at}unsupported-periods/{ids['entry:unsupported-periods']}/remove/"
    yield "evaluator", "/pilots/letters/use-cases/first-draft/set-aside/"


def _of_workload() -> Iterator[Opened]:
    at = "/pilots/letters/evidence/workload/"
    yield "evaluator", at
    yield "member", at
    yield "pm", "/pilots/meeting-minutes/evidence/workload/"
    yield "evaluator", f"{at}use-cases/first-draft/"
    yield "evaluator", f"{at}segments/counter-staff/"


def _of_figures() -> Iterator[Opened]:
    at = "/pilots/letters/"
    for place in (
        "figures/", "figures/?use_case=reminders&segment=counter-staff", "coverage/", "with-and-without/",
        "not-seeing/", "figures/success/", "figures/M09/", "figures/M28/",
    ):  # fmt: skip
        yield "member", f"{at}{place}"
    yield "evaluator", f"{at}figures/success/?part=unsupported"
    for place in ("figures/", "coverage/", "with-and-without/", "not-seeing/", "figures/success/"):
        yield "pm", f"/pilots/meeting-minutes/{place}"


def _of_questions(world: World) -> Iterator[Opened]:
    at, ids = "/pilots/letters/", world.ids
    yield "pm", f"{at}questions/"
    yield "member", f"{at}questions/?phase=infrastructure_build"
    yield "pm", f"{at}questions/?owner=nobody&only=overdue"
    yield "owner", f"{at}questions/INF-01/answering-letters/"
    for state in ("unanswered", "proposed", "accepted", "doubted", "returned", "waived", "asked"):
        yield "integration", f"{at}questions/{ids[state]}/"
    yield "evaluator", f"{at}questions/{ids['proposed']}/"
    yield "sponsor", f"{at}questions/{ids['asked']}/"
    yield "sponsor", f"{at}waivers/{ids['waiver']}/decide/"
    yield "sponsor", f"{at}waivers/{ids['waiver']}/end/"
    for state, verb in (
        ("accepted", "answer"), ("unanswered", "answer"), ("proposed", "accept"), ("proposed", "return"),
        ("doubted", "confirm"), ("accepted", "doubt"), ("unanswered", "waiver"), ("unanswered", "assign"),
    ):  # fmt: skip
        yield "owner", f"{at}items/{ids[f'item:{ids[state]}']}/{verb}/"


def _of_gates() -> Iterator[Opened]:
    yield "pm", "/pilots/letters/gates/"
    yield "pm", "/pilots/letters/gates/demonstration/"
    yield "member", "/pilots/letters/gates/demonstration/"
    yield "pm", "/pilots/letters/gates/stress_test/"
    yield "sponsor", "/pilots/claims-first-replies/gates/demonstration/"
    yield "pm", "/pilots/claims-first-replies/gates/demonstration/"
    yield "pm", "/pilots/meeting-minutes/gates/demonstration/"
    yield "leader", "/pilots/meeting-minutes/gates/demonstration/"
    yield "pm", "/pilots/contract-summaries/gates/"
    yield "pm", "/pilots/contract-summaries/gates/demonstration/"
    for who in ("pm", "leader", "member"):
        yield who, "/pilots/letters/design/"
    yield "pm", "/pilots/letters/design/first-drafts/counter-staff/"
    yield "member", "/pilots/letters/design/reminders/new-starters/"
    yield "pm", "/pilots/desk-00/design/"
    yield from _of_stages()
    yield from _of_running()
    yield from _of_forecasts()
    yield from _of_adoption()


def _of_stages() -> Iterator[Opened]:
    at = "/pilots/letters/stages/"
    for place in ("", "plan/", "1/", "2/", "2/edit/", "2/criteria/", "2/lock/"):
        yield "pm", f"{at}{place}"
    yield "member", at
    yield "member", f"{at}1/"
    yield "pm", "/pilots/desk-00/stages/"


def _of_adoption() -> Iterator[Opened]:
    running = "/pilots/claims-first-replies/"
    yield "pm", f"{running}adoption/"
    yield "pm", f"{running}stages/1/close/"
    yield "pm", "/pilots/contract-summaries/forecast/1/"
    yield "pm", "/pilots/desk-00/adoption/"


def _of_running() -> Iterator[Opened]:
    yield "member", "/pilots/letters/readings/"
    yield "pm", "/pilots/desk-00/readings/"
    yield "member", "/pilots/letters/stages/1/running/"
    for place in ("running/", "pause/", "step-back/", "resume/", "readings/use/add/", "readings/outcomes/add/"):
        yield "pm", f"/pilots/letters/stages/1/{place}"


def _of_forecasts() -> Iterator[Opened]:
    at = "/pilots/letters/forecast/"
    for place in ("", "?of=minutes", "all/", "1/", "2/", "3/", "3/lock/"):
        yield "pm", f"{at}{place}"
    yield "member", at
    for pilot in ("desk-00", "meeting-minutes"):
        yield "pm", f"/pilots/{pilot}/forecast/"


def _over_the_organisation(world: World) -> Iterator[Opened]:
    yield "leader", "/record/"
    yield "leader", "/readiness/"
    for kind in ("blocked", "waived", "conditions", "not_measured", "runs_out", "skipped", "acknowledged"):
        yield "leader", f"/readiness/?kind={kind}"
    yield "leader", f"/readiness/findings/{world.ids['finding']}/acknowledge/"
    yield "leader", "/frameworks/"
    yield "leader", "/frameworks/nist_ai_rmf/"
    draft = world.draft
    for place in ("", "2/", f"{draft}/", "1/DEM-01/", "difference/?from=1&to=2", "draft/publish/", "draft/add/",
                  "draft/DEM-02/edit/", "draft/DEM-02/remove/", "draft/discard/"):  # fmt: skip
        yield "editor", f"/catalogue/{place}"
    for place in ("", "trail/", "jobs/"):
        yield "admin", f"/administration/{place}"
    for place in (
        "",
        "?q=marsh",
        "invite/",
        f"{world.people.member.pk}/",
        f"{world.people.member.pk}/deactivate/",
        f"{world.people.member.pk}/erase/",
    ):
        yield "admin", f"/people/{place}"
