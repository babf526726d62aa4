"""Who may do what, on one page. Pure: `access.can` joins it with the people in the database."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Permission(StrEnum):
    # In one pilot
    VIEW_PILOT = "view_pilot"
    EDIT_PILOT = "edit_pilot"
    DECIDE_PILOT = "decide_pilot"
    MANAGE_MEMBERS = "manage_members"
    STEP_ASIDE = "step_aside"
    COMMENT = "comment"
    ASSIGN_ITEMS = "assign_items"
    ANSWER_ITEMS = "answer_items"
    ACCEPT_ANSWERS = "accept_answers"
    RAISE_DOUBT = "raise_doubt"
    FIRE_EVENT = "fire_event"
    ASK_WAIVER = "ask_waiver"
    DECIDE_WAIVER = "decide_waiver"
    ASK_SIGN_OFF = "ask_sign_off"
    SIGN_OFF = "sign_off"
    CLOSE_CONDITION = "close_condition"
    MOVE_CATALOGUE = "move_catalogue"
    VIEW_FLAGS = "view_flags"
    TRIAGE_FLAGS = "triage_flags"
    MANAGE_CHANNELS = "manage_channels"
    RECORD_USE = "record_use"
    EDIT_EVIDENCE = "edit_evidence"
    IMPORT_EVIDENCE = "import_evidence"
    READ_ROWS = "read_rows"
    ACCEPT_RISK = "accept_risk"
    LOCK_FORECAST = "lock_forecast"
    DECIDE_DESIGN = "decide_design"
    RUN_REVIEWS = "run_reviews"
    CORRECT_OUTPUT = "correct_output"
    LIMIT_USE = "limit_use"
    ANSWER_ESCALATIONS = "answer_escalations"
    EDIT_ESCALATION_PATH = "edit_escalation_path"
    VIEW_CHANGE = "view_change"
    EDIT_CHANGE = "edit_change"
    ANSWER_CONCERNS = "answer_concerns"
    RUN_DRILLS = "run_drills"
    PUBLISH = "publish"
    SIGN_STATEMENT = "sign_statement"
    VIEW_HISTORY = "view_history"
    EXPORT_DOSSIER = "export_dossier"
    # Over the whole organisation
    CREATE_PILOT = "create_pilot"
    VIEW_ALL_PILOTS = "view_all_pilots"
    VIEW_READINESS = "view_readiness"
    ACKNOWLEDGE = "acknowledge"
    EDIT_CATALOGUE = "edit_catalogue"
    VIEW_FRAMEWORKS = "view_frameworks"
    MANAGE_PEOPLE = "manage_people"
    ERASE = "erase"
    OPERATE = "operate"


class Role(StrEnum):
    """What a person is in one pilot."""

    PROGRAM_MANAGER = "program_manager"
    ACCOUNTABLE_OWNER = "accountable_owner"
    EVALUATION_LEAD = "evaluation_lead"
    TRIAGE_LEAD = "triage_lead"
    CHANGE_LEAD = "change_lead"
    INTEGRATION_LEAD = "integration_lead"
    SPONSOR = "sponsor"
    MEMBER = "member"


class OrganisationRole(StrEnum):
    LEADERSHIP = "leadership"
    CATALOGUE_EDITOR = "catalogue_editor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class RoleDescription:
    label: str
    sentence: str
    permissions: frozenset[Permission]


P = Permission

_MEMBER: Final = frozenset({P.VIEW_PILOT, P.COMMENT, P.VIEW_HISTORY})
# Leads answer and check each other. Who may not decide on one answer or gate is a rule of the action, not of the role.
_LEAD: Final = _MEMBER | {
    P.ANSWER_ITEMS,
    P.ACCEPT_ANSWERS,
    P.RAISE_DOUBT,
    P.FIRE_EVENT,
    P.ASK_WAIVER,
    P.SIGN_OFF,
    P.STEP_ASIDE,
    P.VIEW_FLAGS,
    P.CORRECT_OUTPUT,
    P.ANSWER_ESCALATIONS,
    P.VIEW_CHANGE,
    P.RUN_DRILLS,
    P.CLOSE_CONDITION,
    P.EXPORT_DOSSIER,
    P.VIEW_FRAMEWORKS,
}

ROLES: Final[dict[Role, RoleDescription]] = {
    Role.PROGRAM_MANAGER: RoleDescription(
        "Program manager",
        "Runs the pilot: invites people, assigns questions, asks for sign-off, pauses and ends it.",
        _LEAD
        | {P.EDIT_PILOT, P.DECIDE_PILOT, P.MANAGE_MEMBERS, P.ASSIGN_ITEMS, P.ASK_SIGN_OFF, P.MOVE_CATALOGUE}
        | {
            P.CREATE_PILOT,
            P.PUBLISH,
            P.MANAGE_CHANNELS,
            P.RECORD_USE,
            P.EDIT_EVIDENCE,
            P.IMPORT_EVIDENCE,
            P.LOCK_FORECAST,
            P.DECIDE_DESIGN,
            P.RUN_REVIEWS,
            P.LIMIT_USE,
            P.EDIT_ESCALATION_PATH,
            P.EDIT_CHANGE,
            P.ANSWER_CONCERNS,
        },
    ),
    Role.ACCOUNTABLE_OWNER: RoleDescription(
        "Accountable owner",
        "Answers by name for the quality of AI-assisted output in a workflow, and accepts that here.",
        _LEAD
        | {P.ASSIGN_ITEMS, P.ASK_SIGN_OFF, P.RUN_REVIEWS, P.LIMIT_USE, P.EDIT_ESCALATION_PATH}
        | {P.PUBLISH, P.SIGN_STATEMENT, P.ACCEPT_RISK, P.DECIDE_DESIGN},
    ),
    Role.EVALUATION_LEAD: RoleDescription(
        "Evaluation lead",
        "Plans what is measured, on whom and how, and brings the evidence.",
        _LEAD | {P.RECORD_USE, P.EDIT_EVIDENCE, P.IMPORT_EVIDENCE, P.READ_ROWS, P.LOCK_FORECAST},
    ),
    Role.TRIAGE_LEAD: RoleDescription(
        "Triage lead",
        "Reads what users flag, assesses it and tells them what became of it.",
        _LEAD | {P.TRIAGE_FLAGS, P.RECORD_USE, P.RUN_REVIEWS, P.LIMIT_USE},
    ),
    Role.CHANGE_LEAD: RoleDescription(
        "Change lead",
        "Looks after the people whose work changes: concerns, training, time to learn.",
        _LEAD | {P.EDIT_CHANGE, P.ANSWER_CONCERNS, P.PUBLISH, P.EDIT_EVIDENCE},
    ),
    Role.INTEGRATION_LEAD: RoleDescription(
        "Integration lead",
        "Brings the tool into real data, approvals, access rules and exceptions.",
        _LEAD | {P.MANAGE_CHANNELS, P.RECORD_USE, P.EDIT_EVIDENCE},
    ),
    Role.SPONSOR: RoleDescription(
        "Sponsor",
        "Signs off or refuses each gate, and decides on waivers asked in the sponsor's name.",
        _LEAD | {P.DECIDE_WAIVER, P.DECIDE_PILOT, P.SIGN_STATEMENT, P.ACCEPT_RISK},
    ),
    Role.MEMBER: RoleDescription("Member", "Reads the pilot, comments, and flags bad outputs.", _MEMBER),
}

ORGANISATION_ROLES: Final[dict[OrganisationRole, RoleDescription]] = {
    OrganisationRole.LEADERSHIP: RoleDescription(
        "Leadership",
        "Reads every pilot and what blocks it; changes nothing but its own acknowledgements.",
        frozenset(
            {P.VIEW_PILOT, P.VIEW_ALL_PILOTS, P.VIEW_HISTORY, P.EXPORT_DOSSIER}
            | {P.VIEW_READINESS, P.ACKNOWLEDGE, P.VIEW_FRAMEWORKS, P.VIEW_CHANGE}
        ),
    ),
    OrganisationRole.CATALOGUE_EDITOR: RoleDescription(
        "Catalogue editor",
        "Edits the governance questions and publishes new versions of the catalogue.",
        frozenset({P.EDIT_CATALOGUE, P.VIEW_FRAMEWORKS}),
    ),
    OrganisationRole.ADMINISTRATOR: RoleDescription(
        "Administrator",
        "Looks after people, roles, tokens and background jobs; decides nothing about a pilot.",
        frozenset(
            {P.VIEW_PILOT, P.VIEW_ALL_PILOTS, P.VIEW_HISTORY, P.MANAGE_MEMBERS, P.CREATE_PILOT}
            | {P.MANAGE_PEOPLE, P.OPERATE, P.VIEW_FRAMEWORKS, P.MANAGE_CHANNELS, P.ERASE}
        ),
    ),
}

# A partial person keeps reading and answering, but decides nothing in that pilot (`actions.step_aside`).
DECISIONS: Final = frozenset({P.ACCEPT_ANSWERS, P.SIGN_OFF, P.DECIDE_WAIVER, P.SIGN_STATEMENT})


def roles_with(permission: Permission) -> list[Role]:
    return [role for role, description in ROLES.items() if permission in description.permissions]


def organisation_roles_with(permission: Permission) -> list[OrganisationRole]:
    return [role for role, description in ORGANISATION_ROLES.items() if permission in description.permissions]
