from django.urls import path

from feedback.views import flags, imports, patterns, receipts, triage

urlpatterns = [
    path("flag/", flags.flag_choose, name="flag_choose"),
    path("flag/receipt/<str:token>/", receipts.flag_receipt, name="flag_receipt"),
    path("flag/receipt/<str:token>/reopen/", receipts.flag_reopen, name="flag_reopen"),
    path("flag/<slug:slug>/", flags.flag_hand_in, name="flag_hand_in"),
    path("my-flags/", receipts.my_flags, name="my_flags"),
    path("my-flags/<slug:reference>/", receipts.my_flag, name="my_flag"),
    path("my-flags/<slug:reference>/reopen/", receipts.my_flag_reopen, name="my_flag_reopen"),
    path("pilots/<slug:slug>/flags/", triage.flags, name="flags"),
    path("pilots/<slug:slug>/flags/import/", imports.flags_import, name="flags_import"),
    path(
        "pilots/<slug:slug>/flags/import/template.<slug:ending>",
        imports.flags_import_template,
        name="flags_import_template",
    ),
    path("pilots/<slug:slug>/flags/import/<uuid:upload>/", imports.flags_import_confirm, name="flags_import_confirm"),
    path("pilots/<slug:slug>/flags/<slug:reference>/", triage.flag, name="flag"),
    path("pilots/<slug:slug>/flags/<slug:reference>/assess/", triage.flag_assess, name="flag_assess"),
    path("pilots/<slug:slug>/flags/<slug:reference>/close/", triage.flag_close, name="flag_close"),
    path("pilots/<slug:slug>/flags/<slug:reference>/carry/", triage.flag_carry, name="flag_carry"),
    path("pilots/<slug:slug>/flags/<slug:reference>/move/", patterns.flag_move, name="flag_move"),
    path("pilots/<slug:slug>/patterns/", patterns.patterns, name="patterns"),
    path("pilots/<slug:slug>/patterns/begin/", patterns.patterns_begin, name="patterns_begin"),
    path("pilots/<slug:slug>/patterns/coarseness/", patterns.patterns_coarseness, name="patterns_coarseness"),
    path("pilots/<slug:slug>/patterns/<int:number>/", patterns.pattern, name="pattern"),
    path("pilots/<slug:slug>/patterns/<int:number>/unmerge/", patterns.pattern_unmerge, name="pattern_unmerge"),
    path("pilots/<slug:slug>/patterns/<int:number>/<slug:verb>/", patterns.pattern_decide, name="pattern_decide"),
]
