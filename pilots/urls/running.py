from django.urls import path

from pilots.views import readings, running

_STAGE = "pilots/<slug:slug>/stages/<int:number>/"
_READINGS = f"{_STAGE}readings/<slug:kind>/"

urlpatterns = [
    path("pilots/<slug:slug>/readings/", readings.readings, name="readings"),
    path(f"{_READINGS}add/", readings.readings_add, name="readings_add"),
    path(f"{_READINGS}template.<slug:ending>", readings.readings_template, name="readings_template"),
    path(f"{_STAGE}running/", running.stage_run, name="stage_run"),
    path(f"{_STAGE}pause/", running.stage_pause, name="stage_pause"),
    path(f"{_STAGE}step-back/", running.stage_step_back, name="stage_step_back"),
    path(f"{_STAGE}resume/", running.stage_resume, name="stage_resume"),
]
