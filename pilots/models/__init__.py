from pilots.models.attempt import Attempt
from pilots.models.audit_event import AuditEvent, AuditHead, AuditSalt, Checkpoint
from pilots.models.cell import Cell
from pilots.models.change import Change
from pilots.models.entry import Entry
from pilots.models.evidence import (
    ATTITUDE_CODES,
    Batch,
    BatchPart,
    ColumnMapping,
    Method,
    Observation,
    Outcome,
    Stake,
    UseMade,
)
from pilots.models.failure import FailureMode, FailureShare
from pilots.models.figure import Figure
from pilots.models.forecast import Forecast, ForecastFigure
from pilots.models.idempotency import IdempotencyKey
from pilots.models.integration import IntegrationPoint, Tested
from pilots.models.jobs import Heartbeat, JobRun
from pilots.models.measuring import BlindSpot, Cohort, HeadlineFigure, Standard
from pilots.models.membership import Delegation, Handover, Invitation, Membership, OrganisationMembership, SteppingAside
from pilots.models.message import Message, Notification
from pilots.models.participant import Participant, Route
from pilots.models.phase import PHASES, Phase, PhaseKind
from pilots.models.pilot import Pilot
from pilots.models.reading import Look, OutcomeReading, UseReading
from pilots.models.recalculation import Recalculation
from pilots.models.samples import BarrierAnswer, CheckTrace, DownstreamItem, LoadRun, Rating, Score
from pilots.models.scope import Attitude, Comfort, Segment, UseCase, UseLimit, Workflow, WorkloadBand
from pilots.models.score import ForecastScore
from pilots.models.stage import Criterion, Stage, StageCell, StageEvent
from pilots.models.stress import Breach, Stressor, UnsupportedPeriod
from pilots.models.support import Effort, LearningTime, ManualStep, SupportHours, Workaround
from pilots.models.token import ApiToken
from pilots.models.upload import Upload
from pilots.models.use import Use
from pilots.models.user import FlagMail, User
from pilots.models.webhook import Delivery, Webhook, WebhookEvent

__all__ = [
    "ATTITUDE_CODES",
    "PHASES",
    "ApiToken",
    "Attempt",
    "Attitude",
    "AuditEvent",
    "AuditHead",
    "AuditSalt",
    "BarrierAnswer",
    "Batch",
    "BatchPart",
    "BlindSpot",
    "Breach",
    "Cell",
    "Change",
    "CheckTrace",
    "Checkpoint",
    "Cohort",
    "ColumnMapping",
    "Comfort",
    "Criterion",
    "Delegation",
    "Delivery",
    "DownstreamItem",
    "Effort",
    "Entry",
    "FailureMode",
    "FailureShare",
    "Figure",
    "FlagMail",
    "Forecast",
    "ForecastFigure",
    "ForecastScore",
    "Handover",
    "HeadlineFigure",
    "Heartbeat",
    "IdempotencyKey",
    "IntegrationPoint",
    "Invitation",
    "JobRun",
    "LearningTime",
    "LoadRun",
    "Look",
    "ManualStep",
    "Membership",
    "Message",
    "Method",
    "Notification",
    "Observation",
    "OrganisationMembership",
    "Outcome",
    "OutcomeReading",
    "Participant",
    "Phase",
    "PhaseKind",
    "Pilot",
    "Rating",
    "Recalculation",
    "Route",
    "Score",
    "Segment",
    "Stage",
    "StageCell",
    "StageEvent",
    "Stake",
    "Standard",
    "SteppingAside",
    "Stressor",
    "SupportHours",
    "Tested",
    "UnsupportedPeriod",
    "Upload",
    "Use",
    "UseCase",
    "UseLimit",
    "UseMade",
    "UseReading",
    "User",
    "Webhook",
    "WebhookEvent",
    "Workaround",
    "Workflow",
    "WorkloadBand",
]
