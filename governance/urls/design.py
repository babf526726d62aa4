from django.urls import URLPattern, path

from governance.views import design

_DESIGN = "pilots/<slug:slug>/design/"

urlpatterns: list[URLPattern] = [
    path(_DESIGN, design.design, name="design"),
    path(f"{_DESIGN}export.csv", design.design_csv, name="design_csv"),
    path(f"{_DESIGN}conditions/<uuid:later>/meet/", design.design_condition_meet, name="design_condition_meet"),
    path(
        f"{_DESIGN}uncomfortable/<slug:kind>/acknowledge/",
        design.uncomfortable_acknowledge,
        name="uncomfortable_acknowledge",
    ),
    path(f"{_DESIGN}<slug:use_case_slug>/<slug:segment_slug>/", design.design_cell, name="design_cell"),
]
