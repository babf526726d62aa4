from django.urls import path

from pilots.views import adoption, stages_closing

_PILOT = "pilots/<slug:slug>/"

urlpatterns = [
    path(f"{_PILOT}adoption/", adoption.adoption, name="adoption"),
    path(f"{_PILOT}adoption.csv", adoption.adoption_csv, name="adoption_csv"),
    path(f"{_PILOT}stages/<int:number>/close/", stages_closing.stage_close, name="stage_close"),
]
