from pilots.models.audit_event import AuditEvent, AuditHead, AuditSalt, Checkpoint
from pilots.models.change import Change
from pilots.models.idempotency import IdempotencyKey
from pilots.models.jobs import Heartbeat, JobRun
from pilots.models.membership import Delegation, Handover, Invitation, Membership, OrganisationMembership, SteppingAside
from pilots.models.message import Message, Notification
from pilots.models.phase import PHASES, Phase, PhaseKind
from pilots.models.pilot import Pilot
from pilots.models.scope import Segment, UseCase, UseLimit, Workflow
from pilots.models.token import ApiToken
from pilots.models.upload import Upload
from pilots.models.use import Use
from pilots.models.user import FlagMail, User
from pilots.models.webhook import Delivery, Webhook, WebhookEvent

__all__ = [
    "PHASES",
    "ApiToken",
    "AuditEvent",
    "AuditHead",
    "AuditSalt",
    "Change",
    "Checkpoint",
    "Delegation",
    "Delivery",
    "FlagMail",
    "Handover",
    "Heartbeat",
    "IdempotencyKey",
    "Invitation",
    "JobRun",
    "Membership",
    "Message",
    "Notification",
    "OrganisationMembership",
    "Phase",
    "PhaseKind",
    "Pilot",
    "Segment",
    "SteppingAside",
    "Upload",
    "Use",
    "UseCase",
    "UseLimit",
    "User",
    "Webhook",
    "WebhookEvent",
    "Workflow",
]
