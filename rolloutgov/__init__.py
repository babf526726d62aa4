import rolloutgov.one_thread  # noqa: F401 - before NumPy

# isort: split
from rolloutgov.celery import app as celery_app

__all__ = ["celery_app"]
