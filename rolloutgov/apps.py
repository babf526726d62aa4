from django.apps import AppConfig


class RolloutGovConfig(AppConfig):
    name = "rolloutgov"
    verbose_name = "Operations"
