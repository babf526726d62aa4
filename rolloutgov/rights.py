"""What the application's database role may do: what the owner's triggers guard stays out of its reach as well."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from psycopg2.sql import SQL, Composable, Identifier

# Tables that are only ever added to, or written by triggers alone.
ADDED_TO = (
    "pilots.AuditEvent",
    "pilots.Checkpoint",
    "feedback.StatementSignature",
    "feedback.Publication",
    "governance.Disposition",
    "governance.UncomfortableAcknowledgement",
)
READ_ONLY = ("pilots.AuditHead",)
# Changed by actions and kept for good.
NEVER_DELETED = (
    "feedback.Attachment",
    "feedback.Channel",
    "feedback.ChannelToken",
    "feedback.Flag",
    "feedback.Pattern",
    "feedback.PatternDecision",
    "feedback.Asking",
    "feedback.Barrier",
    "feedback.Concern",
    "feedback.Drill",
    "feedback.DrillGap",
    "feedback.DrillPart",
    "feedback.Escalation",
    "feedback.EscalationCall",
    "feedback.SensitiveRole",
    "feedback.Reply",
    "feedback.Statement",
    "governance.Answer",
    "governance.Item",
    "governance.LaterCondition",
    "governance.PilotCatalogue",
    "governance.SignOffRequest",
    "governance.Waiver",
    "governance.Condition",
)
# Columns that only triggers write. An action saves such a row with `update_fields`.
KEPT_BY_TRIGGERS = {"governance.Gate": ("open_blocking", "lapsed_open")}


def statements(role: str) -> Iterator[Composable]:
    to = Identifier(role)
    yield SQL("GRANT USAGE ON SCHEMA public TO {}").format(to)
    yield SQL("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}").format(to)
    yield SQL("GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}").format(to)
    yield SQL("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM {}").format(to)
    for label in (*ADDED_TO, *READ_ONLY):
        yield SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(table(label), to)
    for label in NEVER_DELETED:
        yield SQL("REVOKE DELETE ON {} FROM {}").format(table(label), to)
    for label in READ_ONLY:
        yield SQL("REVOKE INSERT ON {} FROM {}").format(table(label), to)
    for label, kept in KEPT_BY_TRIGGERS.items():
        fields = apps.get_model(label)._meta.local_concrete_fields
        columns = SQL(", ").join(Identifier(field.column) for field in fields if field.column not in kept)
        yield SQL("REVOKE UPDATE ON {} FROM {}").format(table(label), to)
        yield SQL("GRANT UPDATE ({}) ON {} TO {}").format(columns, table(label), to)


def table(label: str) -> Identifier:
    return Identifier(apps.get_model(label)._meta.db_table)


def grant(role: str) -> None:
    """Run by the owner after each migration; doing it again changes nothing."""
    with connection.cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)
