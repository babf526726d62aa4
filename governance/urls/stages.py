from django.urls import URLPattern, path

from governance.views import stages

_STAGES = "pilots/<slug:slug>/stages/"
_STAGE = f"{_STAGES}<int:number>/"

urlpatterns: list[URLPattern] = [
    path(_STAGES, stages.stages, name="stages"),
    path(f"{_STAGES}plan/", stages.stage_plan, name="stage_plan"),
    path(_STAGE, stages.stage, name="stage"),
    path(f"{_STAGE}edit/", stages.stage_edit, name="stage_edit"),
    path(f"{_STAGE}criteria/", stages.stage_criteria, name="stage_criteria"),
    path(f"{_STAGE}forecast/", stages.stage_forecast, name="stage_forecast"),
    path(f"{_STAGE}lock/", stages.stage_lock, name="stage_lock"),
]
