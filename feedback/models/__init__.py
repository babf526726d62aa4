from feedback.models.flag import Flag

__all__ = ["Flag"]
