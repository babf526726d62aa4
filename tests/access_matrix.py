"""Who may use which address with which method: the whole of it, on one page, apart from the code that enforces it."""

from dataclasses import dataclass

from pilots.permissions import Permission as P


@dataclass(frozen=True)
class In:
    """In the pilot: 404 for who may not see it, 403 for who may and not do this."""

    permission: P


@dataclass(frozen=True)
class Over:
    """Over the organisation: 403 for everybody else."""

    permission: P


PUBLIC = "anybody, signed in or not"
SIGNED_IN = "anybody who is signed in"
# Judged by the thing itself (one's own flag, one's own notification, being the named owner): tests of their own.
PERSONAL = "the one person it concerns; others get 404"

VIEW = In(P.VIEW_PILOT)
EDIT = In(P.EDIT_PILOT)
Rule = In | Over | str


def page(rule: Rule) -> dict[str, Rule]:
    return {"GET": rule}


def form(rule: Rule) -> dict[str, Rule]:
    return {"GET": rule, "POST": rule}


def button(rule: Rule) -> dict[str, Rule]:
    return {"POST": rule}


PAGES: dict[str, dict[str, Rule]] = {
    # Anybody
    "health_live": page(PUBLIC),
    "health_ready": page(PUBLIC),
    "metrics": page("whoever has the metrics token"),
    "theme_set": button(PUBLIC),
    "flag_choose": page(PUBLIC),
    "flag_hand_in": page(SIGNED_IN),
    "flag_receipt": page(PERSONAL),
    "flag_reopen": form(PERSONAL),
    "invitation_accept": page(PERSONAL),
    # One's own
    "landing": page(SIGNED_IN),
    "portfolio": page(SIGNED_IN),
    "portfolio_csv": page(SIGNED_IN),
    "my_work": page(SIGNED_IN),
    "search": page(SIGNED_IN),
    "my_flags": page(SIGNED_IN),
    "my_flag": page(PERSONAL),
    "my_flag_reopen": form(PERSONAL),
    "account": form(SIGNED_IN),
    "address_ask": button(SIGNED_IN),
    "address_confirm": page(SIGNED_IN),
    "tokens": page(SIGNED_IN),
    "token_create": form(SIGNED_IN),
    "token_revoke": button(PERSONAL),
    "notifications": page(SIGNED_IN),
    "notifications_read": button(SIGNED_IN),
    "notification_open": button(PERSONAL),
    # One pilot
    "pilot_new": form(Over(P.CREATE_PILOT)),
    "pilot": page(VIEW),
    "pilot_edit": form(EDIT),
    "pilot_pause": form(In(P.DECIDE_PILOT)),
    "pilot_resume": button(In(P.DECIDE_PILOT)),
    "pilot_end": form(In(P.DECIDE_PILOT)),
    "pilot_scope": page(VIEW),
    "scope_add": button(EDIT),
    "scope_remove": form(EDIT),
    "workflow_edit": form(EDIT),
    "workflow_accept": button(VIEW),
    "workflow_decline": page("the named owner, or who may edit the pilot"),
    "pilot_catalogue": {"GET": VIEW, "POST": In(P.MOVE_CATALOGUE)},
    "pilot_history": page(In(P.VIEW_HISTORY)),
    "pilot_history_csv": page(In(P.VIEW_HISTORY)),
    "pilot_people": page(VIEW),
    "member_add": form(In(P.MANAGE_MEMBERS)),
    "member_change": form(In(P.MANAGE_MEMBERS)),
    "member_remove": form(In(P.MANAGE_MEMBERS)),
    "delegation_make": page("whoever has a role of their own here"),
    "delegation_end": page(PERSONAL),
    "step_aside": form(In(P.STEP_ASIDE)),
    "step_back_in": button(VIEW),
    # Questions
    "questions": page(VIEW),
    "question": page(VIEW),
    "items_assign": button(In(P.ASSIGN_ITEMS)),
    "item_assign": form(In(P.ASSIGN_ITEMS)),
    "item_comment": button(In(P.COMMENT)),
    "doubt_raise": form(In(P.RAISE_DOUBT)),
    "answer_propose": form(In(P.ANSWER_ITEMS)),
    "answer_accept": form(In(P.ACCEPT_ANSWERS)),
    "answer_return": form(In(P.ACCEPT_ANSWERS)),
    "answer_confirm": form(In(P.ACCEPT_ANSWERS)),
    "waiver_ask": form(In(P.ASK_WAIVER)),
    "waiver_decide": form(In(P.DECIDE_WAIVER)),
    "waiver_end": form(In(P.DECIDE_WAIVER)),
    "evidence": page(VIEW),
    "event_fire": form(In(P.FIRE_EVENT)),
    # Gates
    "gates": page(VIEW),
    "gate": page(VIEW),
    "gate_sign_off_ask": button(In(P.ASK_SIGN_OFF)),
    "gate_sign_off_withdraw": button(In(P.ASK_SIGN_OFF)),
    "gate_sign_off": button(In(P.SIGN_OFF)),
    "gate_dossier": page(In(P.EXPORT_DOSSIER)),
    "condition_add": button(In(P.ASK_SIGN_OFF)),
    "condition_withdraw": button(In(P.ASK_SIGN_OFF)),
    "condition_meet": button(In(P.CLOSE_CONDITION)),
    # Flags of a pilot
    "flags": page(In(P.VIEW_FLAGS)),
    "flag": page(In(P.VIEW_FLAGS)),
    "flag_assess": button(In(P.TRIAGE_FLAGS)),
    "flag_close": button(In(P.TRIAGE_FLAGS)),
    "flag_carry": button(In(P.TRIAGE_FLAGS)),
    "flag_move": button(In(P.TRIAGE_FLAGS)),
    "patterns": page(In(P.VIEW_FLAGS)),
    "patterns_coarseness": button(In(P.TRIAGE_FLAGS)),
    "pattern": page(In(P.VIEW_FLAGS)),
    "pattern_chain": page(In(P.VIEW_FLAGS)),
    "pattern_decide": button(In(P.TRIAGE_FLAGS)),
    "pattern_unmerge": button(In(P.TRIAGE_FLAGS)),
    # Over the organisation
    "readiness": page(Over(P.VIEW_READINESS)),
    "readiness_csv": page(Over(P.VIEW_READINESS)),
    "finding_acknowledge": button(Over(P.ACKNOWLEDGE)),
    "catalogue": page(Over(P.VIEW_FRAMEWORKS)),
    "catalogue_version": page(Over(P.VIEW_FRAMEWORKS)),
    "catalogue_export": page(Over(P.VIEW_FRAMEWORKS)),
    "catalogue_question": page(Over(P.VIEW_FRAMEWORKS)),
    "catalogue_difference": page(Over(P.VIEW_FRAMEWORKS)),
    "catalogue_draft_start": button(Over(P.EDIT_CATALOGUE)),
    "catalogue_draft_publish": button(Over(P.EDIT_CATALOGUE)),
    "catalogue_draft_discard": button(Over(P.EDIT_CATALOGUE)),
    "catalogue_question_add": button(Over(P.EDIT_CATALOGUE)),
    "catalogue_question_edit": button(Over(P.EDIT_CATALOGUE)),
    "catalogue_question_remove": button(Over(P.EDIT_CATALOGUE)),
    "frameworks": page(Over(P.VIEW_FRAMEWORKS)),
    "framework": page(Over(P.VIEW_FRAMEWORKS)),
    "framework_csv": page(Over(P.VIEW_FRAMEWORKS)),
    "people": page(Over(P.MANAGE_PEOPLE)),
    "person": page(Over(P.MANAGE_PEOPLE)),
    "person_invite": form(Over(P.MANAGE_PEOPLE)),
    "person_deactivate": form(Over(P.MANAGE_PEOPLE)),
    "person_reactivate": button(Over(P.MANAGE_PEOPLE)),
    "person_vouch": button(Over(P.MANAGE_PEOPLE)),
    "invitation_revoke": page(PERSONAL),
    "organisation_role_name": button(Over(P.MANAGE_PEOPLE)),
    "organisation_role_withdraw": button(Over(P.MANAGE_PEOPLE)),
    "administration": page(Over(P.OPERATE)),
    "jobs": page(Over(P.OPERATE)),
    "message_send_again": button(Over(P.OPERATE)),
    "trail": page(Over(P.OPERATE)),
    "trail_csv": page(Over(P.OPERATE)),
    "trail_verify": button(Over(P.OPERATE)),
}

API: dict[str, dict[str, Rule]] = {
    "api_schema": page(SIGNED_IN),
    "api_docs": page(SIGNED_IN),
    "api_me": {"GET": SIGNED_IN, "PATCH": SIGNED_IN},
    "api_nothing_here": page("nobody: there is nothing"),
    "api_notifications": page(SIGNED_IN),
    "api_notifications_read": button(SIGNED_IN),
    "api_notification_read": button(PERSONAL),
    "api_tokens": {"GET": SIGNED_IN, "POST": SIGNED_IN},
    "api_token_revoke": button(PERSONAL),
    "api_search": page(SIGNED_IN),
    "api_people": page(Over(P.MANAGE_PEOPLE)),
    "api_person": page(Over(P.MANAGE_PEOPLE)),
    "api_person_deactivate": button(Over(P.MANAGE_PEOPLE)),
    "api_person_reactivate": button(Over(P.MANAGE_PEOPLE)),
    "api_person_vouch": button(Over(P.MANAGE_PEOPLE)),
    "api_person_roles": button(Over(P.MANAGE_PEOPLE)),
    "api_person_role": {"DELETE": Over(P.MANAGE_PEOPLE)},
    "api_organisation_invitations": {"GET": Over(P.MANAGE_PEOPLE), "POST": Over(P.MANAGE_PEOPLE)},
    "api_invitation_revoke": button("who may give its roles; others get 404 or 403"),
    "api_trail": page(Over(P.OPERATE)),
    "api_trail_verify": button(Over(P.OPERATE)),
    "api_readiness": page(Over(P.VIEW_READINESS)),
    "api_readiness_counts": page(Over(P.VIEW_READINESS)),
    "api_readiness_dated": page(Over(P.VIEW_READINESS)),
    "api_acknowledgements": page(Over(P.VIEW_READINESS)),
    "api_finding_acknowledge": button(Over(P.ACKNOWLEDGE)),
    "api_frameworks": page(Over(P.VIEW_FRAMEWORKS)),
    "api_framework": page(Over(P.VIEW_FRAMEWORKS)),
    "api_catalogue_draft": {"GET": Over(P.EDIT_CATALOGUE), "POST": Over(P.EDIT_CATALOGUE)},
    "api_catalogue_draft_publish": button(Over(P.EDIT_CATALOGUE)),
    "api_catalogue_draft_discard": button(Over(P.EDIT_CATALOGUE)),
    "api_draft_questions": button(Over(P.EDIT_CATALOGUE)),
    "api_draft_question": {"PUT": Over(P.EDIT_CATALOGUE)},
    "api_draft_question_remove": button(Over(P.EDIT_CATALOGUE)),
    "api_pilot_catalogue": {"GET": VIEW, "POST": In(P.MOVE_CATALOGUE)},
    "api_pilot_catalogue_preview": page(VIEW),
    "api_evidence": page(VIEW),
    "api_dossier": page(In(P.EXPORT_DOSSIER)),
    "api_my_flag": page(PERSONAL),
    "api_my_flag_reopen": button(PERSONAL),
    "api_my_work": page(SIGNED_IN),
    "api_my_flags": page(SIGNED_IN),
    "api_catalogue": page(SIGNED_IN),
    "api_catalogue_questions": page(SIGNED_IN),
    "api_flag_hand_in": button(SIGNED_IN),
    "api_pilots": {"GET": SIGNED_IN, "POST": Over(P.CREATE_PILOT)},
    "api_pilot": {"GET": VIEW, "PATCH": EDIT},
    "api_pilot_pause": button(In(P.DECIDE_PILOT)),
    "api_pilot_resume": button(In(P.DECIDE_PILOT)),
    "api_pilot_end": button(In(P.DECIDE_PILOT)),
    "api_workflows": {"GET": VIEW, "POST": EDIT},
    "api_workflow": {"PUT": EDIT, "DELETE": EDIT},
    "api_workflow_accept": button(VIEW),
    "api_workflow_decline": button(VIEW),
    "api_use_cases": {"GET": VIEW, "POST": EDIT},
    "api_use_case": {"DELETE": EDIT},
    "api_segments": {"GET": VIEW, "POST": EDIT},
    "api_segment": {"DELETE": EDIT},
    "api_members": {"GET": VIEW, "POST": In(P.MANAGE_MEMBERS)},
    "api_member": {"PUT": In(P.MANAGE_MEMBERS), "DELETE": In(P.MANAGE_MEMBERS)},
    "api_invitations": button(In(P.MANAGE_MEMBERS)),
    "api_delegations": page(VIEW),
    "api_delegation_end": button(PERSONAL),
    "api_stepping_aside": {"POST": In(P.STEP_ASIDE), "DELETE": In(P.STEP_ASIDE)},
    "api_history": page(In(P.VIEW_HISTORY)),
    "api_items": page(VIEW),
    "api_items_assign": button(In(P.ASSIGN_ITEMS)),
    "api_item": page(VIEW),
    "api_answers": button(In(P.ANSWER_ITEMS)),
    "api_answer_accept": button(In(P.ACCEPT_ANSWERS)),
    "api_answer_return": button(In(P.ACCEPT_ANSWERS)),
    "api_answer_confirm": button(In(P.ACCEPT_ANSWERS)),
    "api_doubts": {"GET": VIEW, "POST": In(P.RAISE_DOUBT)},
    "api_comments": {"GET": VIEW, "POST": In(P.COMMENT)},
    "api_item_waivers": button(In(P.ASK_WAIVER)),
    "api_waivers": page(VIEW),
    "api_waiver_decide": button(In(P.DECIDE_WAIVER)),
    "api_waiver_end": button(In(P.DECIDE_WAIVER)),
    "api_events": button(In(P.FIRE_EVENT)),
    "api_gates": page(VIEW),
    "api_gate": page(VIEW),
    "api_gate_status": page(VIEW),
    "api_sign_off_requests": button(In(P.ASK_SIGN_OFF)),
    "api_sign_off_withdraw": button(In(P.ASK_SIGN_OFF)),
    "api_sign_offs": button(In(P.SIGN_OFF)),
    "api_conditions": button(In(P.ASK_SIGN_OFF)),
    "api_condition_meet": button(In(P.CLOSE_CONDITION)),
    "api_condition_withdraw": button(In(P.ASK_SIGN_OFF)),
    "api_flags": page(In(P.VIEW_FLAGS)),
    "api_flag": page(In(P.VIEW_FLAGS)),
    "api_flag_assess": button(In(P.TRIAGE_FLAGS)),
    "api_flag_close": button(In(P.TRIAGE_FLAGS)),
    "api_flag_carry": button(In(P.TRIAGE_FLAGS)),
    "api_flag_move": button(In(P.TRIAGE_FLAGS)),
    "api_patterns": page(In(P.VIEW_FLAGS)),
    "api_pattern": page(In(P.VIEW_FLAGS)),
    "api_pattern_confirm": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_acknowledge": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_act": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_fix": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_decline": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_snooze": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_return": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_rename": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_undo": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_merge": button(In(P.TRIAGE_FLAGS)),
    "api_pattern_unmerge": button(In(P.TRIAGE_FLAGS)),
}
