from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from pilots.clock import now
from pilots.models import Pilot, User
from rolloutgov.demo import accounts
from rolloutgov.demo.play import StoryError, play, was_played


class Command(BaseCommand):
    help = "Plays the demo story through the real actions, once. Everyone and everything in it is made up."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="also beside real pilots (set DEMO_PASSWORD)")

    def handle(self, *args: Any, force: bool, **options: Any) -> None:
        if was_played():
            self.stdout.write("The demo was played already; nothing was changed.")
            return
        self._refuse_where_it_harms(force)
        try:
            played = play(now())
        except StoryError as error:
            raise CommandError(f"The demo could not be played, and nothing of it was kept: {error}") from error
        self.stdout.write(f"Played the demo: {played.pilots} pilots, {played.people} people, all made up.")
        self.stdout.write(accounts.listing())

    def _refuse_where_it_harms(self, force: bool) -> None:
        real = Pilot.objects.filter(is_demo=False).count()
        if real and not force:
            raise CommandError(f"Real pilots here: {real}. So the demo stays out (--force plays it).")
        if accounts.password_is_public():
            if real:
                raise CommandError("Beside real pilots the demo needs a password of its own: set DEMO_PASSWORD.")
            if str(settings.BASE_URL).startswith("https://"):
                raise CommandError(
                    "Others can reach this address and the demo's password is public: set DEMO_PASSWORD, or DEMO=0 to "
                    "start without the demo."
                )
        taken = User.objects.filter(email__in=[person.email for person in accounts.people()]).first()
        if taken is not None:
            raise CommandError(f"Somebody here already has the demo's address {taken.email}.")
