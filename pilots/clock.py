"""The one clock: PostgreSQL's, since a web server's or a worker's may be wrong."""

from datetime import UTC, datetime

from django.db import connection


def now() -> datetime:
    """The start of the present transaction, or this moment outside one, as aware UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        moment: datetime = cursor.fetchone()[0]
    return moment.astimezone(UTC)
