from django.urls import path

from pilots.views import coverage, figures, pairs, tracing, unseen

_AT = "pilots/<slug:slug>/figures/"

urlpatterns = [
    path(_AT, figures.figures, name="figures"),
    path("pilots/<slug:slug>/figures.csv", figures.figures_csv, name="figures_csv"),
    path("pilots/<slug:slug>/coverage/", coverage.coverage, name="coverage"),
    path("pilots/<slug:slug>/coverage.csv", coverage.coverage_csv, name="coverage_csv"),
    path("pilots/<slug:slug>/with-and-without/", pairs.with_and_without, name="with_and_without"),
    path("pilots/<slug:slug>/not-seeing/", unseen.not_seeing, name="not_seeing"),
    path(f"{_AT}<str:code>/", tracing.figure, name="figure"),
]
