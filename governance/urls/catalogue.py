from django.urls import URLPattern, path

from governance.views import catalogue, catalogue_draft, catalogue_moves, frameworks

urlpatterns: list[URLPattern] = [
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/difference/", catalogue.catalogue_difference, name="catalogue_difference"),
    path("catalogue/draft/start/", catalogue_draft.catalogue_draft_start, name="catalogue_draft_start"),
    path("catalogue/draft/publish/", catalogue_draft.catalogue_draft_publish, name="catalogue_draft_publish"),
    path("catalogue/draft/discard/", catalogue_draft.catalogue_draft_discard, name="catalogue_draft_discard"),
    path("catalogue/draft/add/", catalogue_draft.catalogue_question_add, name="catalogue_question_add"),
    path("catalogue/draft/<slug:code>/edit/", catalogue_draft.catalogue_question_edit, name="catalogue_question_edit"),
    path(
        "catalogue/draft/<slug:code>/remove/",
        catalogue_draft.catalogue_question_remove,
        name="catalogue_question_remove",
    ),
    path("catalogue/<int:number>/", catalogue.catalogue, name="catalogue_version"),
    path("catalogue/<int:number>/questions.yaml", catalogue.catalogue_export, name="catalogue_export"),
    path("catalogue/<int:number>/<slug:code>/", catalogue.catalogue_question, name="catalogue_question"),
    path("pilots/<slug:slug>/catalogue/", catalogue_moves.pilot_catalogue, name="pilot_catalogue"),
    path("frameworks/", frameworks.frameworks, name="frameworks"),
    path("frameworks/<slug:key>/", frameworks.framework, name="framework"),
    path("frameworks/<slug:key>/coverage.csv", frameworks.framework_csv, name="framework_csv"),
]
