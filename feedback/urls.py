from django.urls import path

from feedback.views import concerns, drills, escalations, flags, patterns, people, receipts, triage

_ESCALATION = "pilots/<slug:slug>/escalations/<uuid:escalation>/"
_CONCERN = "pilots/<slug:slug>/change/concerns/<uuid:concern>/"
_BARRIER = "pilots/<slug:slug>/change/barriers/<uuid:barrier>/"
_ROLES = "pilots/<slug:slug>/change/roles/"
_DRILL = "pilots/<slug:slug>/drills/<uuid:drill>/"
_GAP = "pilots/<slug:slug>/drills/gaps/<uuid:gap>/"

urlpatterns = [
    path("flag/", flags.flag_choose, name="flag_choose"),
    path("flag/receipt/<str:token>/", receipts.flag_receipt, name="flag_receipt"),
    path("flag/receipt/<str:token>/reopen/", receipts.flag_reopen, name="flag_reopen"),
    path("flag/<slug:slug>/", flags.flag_hand_in, name="flag_hand_in"),
    path("my-flags/", receipts.my_flags, name="my_flags"),
    path("my-flags/<slug:reference>/", receipts.my_flag, name="my_flag"),
    path("my-flags/<slug:reference>/reopen/", receipts.my_flag_reopen, name="my_flag_reopen"),
    path("pilots/<slug:slug>/flags/", triage.flags, name="flags"),
    path("pilots/<slug:slug>/flags/<slug:reference>/", triage.flag, name="flag"),
    path("pilots/<slug:slug>/flags/<slug:reference>/assess/", triage.flag_assess, name="flag_assess"),
    path("pilots/<slug:slug>/flags/<slug:reference>/close/", triage.flag_close, name="flag_close"),
    path("pilots/<slug:slug>/flags/<slug:reference>/carry/", triage.flag_carry, name="flag_carry"),
    path("pilots/<slug:slug>/flags/<slug:reference>/move/", patterns.flag_move, name="flag_move"),
    path("pilots/<slug:slug>/patterns/", patterns.patterns, name="patterns"),
    path("pilots/<slug:slug>/patterns/coarseness/", patterns.patterns_coarseness, name="patterns_coarseness"),
    path("pilots/<slug:slug>/patterns/<int:number>/", patterns.pattern, name="pattern"),
    path("pilots/<slug:slug>/patterns/<int:number>/unmerge/", patterns.pattern_unmerge, name="pattern_unmerge"),
    path("pilots/<slug:slug>/patterns/<int:number>/<slug:verb>/", patterns.pattern_decide, name="pattern_decide"),
    path("flag/receipt/<str:token>/give-up/", escalations.flag_give_up, name="flag_give_up"),
    path("my-flags/<slug:reference>/give-up/", escalations.my_flag_give_up, name="my_flag_give_up"),
    path("pilots/<slug:slug>/escalations/", escalations.escalations, name="escalations"),
    path("pilots/<slug:slug>/escalations/path/", escalations.escalation_path, name="escalation_path"),
    path(_ESCALATION, escalations.escalation, name="escalation"),
    path(f"{_ESCALATION}answer/", escalations.escalation_answer, name="escalation_answer"),
    path("my-concerns/", concerns.my_concerns, name="my_concerns"),
    path("concern/receipt/<str:token>/", concerns.concern_receipt, name="concern_receipt"),
    path("concern/<slug:slug>/", concerns.concern_raise, name="concern_raise"),
    path("pilots/<slug:slug>/change/", people.change, name="change"),
    path(_CONCERN, concerns.concern, name="concern"),
    path(f"{_CONCERN}decide/", concerns.concern_decide, name="concern_decide"),
    path(f"{_CONCERN}name/", concerns.concern_name, name="concern_name"),
    path("pilots/<slug:slug>/change/barriers/add/", people.barrier_add, name="barrier_add"),
    path(_BARRIER, people.barrier, name="barrier"),
    path(f"{_BARRIER}revise/", people.barrier_revise, name="barrier_revise"),
    path(f"{_BARRIER}close/", people.barrier_close, name="barrier_close"),
    path(f"{_ROLES}add/", people.sensitive_role_add, name="sensitive_role_add"),
    path(f"{_ROLES}<uuid:sensitive>/ask/", people.sensitive_role_ask, name="sensitive_role_ask"),
    path("pilots/<slug:slug>/drills/", drills.drills, name="drills"),
    path("pilots/<slug:slug>/drills/plan/", drills.drill_plan, name="drill_plan"),
    path(_DRILL, drills.drill, name="drill"),
    path(f"{_DRILL}start/", drills.drill_start, name="drill_start"),
    path(f"{_DRILL}end/", drills.drill_end, name="drill_end"),
    path(f"{_DRILL}call-off/", drills.drill_call_off, name="drill_call_off"),
    path(f"{_DRILL}gaps/", drills.drill_gap_add, name="drill_gap_add"),
    path(f"{_GAP}own/", drills.drill_gap_own, name="drill_gap_own"),
    path(f"{_GAP}close/", drills.drill_gap_close, name="drill_gap_close"),
]
