from celery import shared_task

from rolloutgov.jobs import pulse


@shared_task(name="rolloutgov.heartbeat")
def heartbeat() -> None:
    """Proves the whole way: beat sent it, the broker carried it, a worker's child ran it."""
    pulse("jobs")
