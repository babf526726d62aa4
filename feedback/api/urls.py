from django.urls import path

from feedback.api import drills, escalations, flags, patterns, people

_PATTERN = "pilots/<slug:slug>/patterns/<int:number>/"
_ESCALATIONS = "pilots/<slug:slug>/escalations/"
_CONCERN = "pilots/<slug:slug>/concerns/<uuid:concern>/"
_BARRIER = "pilots/<slug:slug>/barriers/<uuid:barrier>/"
_ROLES = "pilots/<slug:slug>/sensitive-roles/"
_DRILL = "pilots/<slug:slug>/drills/<uuid:drill>/"
_GAP = "pilots/<slug:slug>/drills/gaps/<uuid:gap>/"
_FLAG = "pilots/<slug:slug>/flags/<slug:reference>/"

urlpatterns = [
    path("my-flags/", flags.OwnFlagsView.as_view(), name="api_my_flags"),
    path("my-flags/<slug:reference>/", flags.OwnFlagView.as_view(), name="api_my_flag"),
    path("my-flags/<slug:reference>/reopen/", flags.OwnFlagReopenView.as_view(), name="api_my_flag_reopen"),
    path("flag/<slug:slug>/", flags.HandInView.as_view(), name="api_flag_hand_in"),
    path("pilots/<slug:slug>/flags/", flags.FlagsView.as_view(), name="api_flags"),
    path(_FLAG, flags.FlagView.as_view(), name="api_flag"),
    path(f"{_FLAG}assess/", flags.FlagAssessView.as_view(), name="api_flag_assess"),
    path(f"{_FLAG}close/", flags.FlagCloseView.as_view(), name="api_flag_close"),
    path(f"{_FLAG}carry/", flags.FlagCarryView.as_view(), name="api_flag_carry"),
    path(f"{_FLAG}move/", patterns.FlagMoveView.as_view(), name="api_flag_move"),
    path("pilots/<slug:slug>/patterns/", patterns.PatternsView.as_view(), name="api_patterns"),
    path(_PATTERN, patterns.PatternView.as_view(), name="api_pattern"),
    path(f"{_PATTERN}confirm/", patterns.PatternConfirmView.as_view(), name="api_pattern_confirm"),
    path(f"{_PATTERN}acknowledge/", patterns.PatternAcknowledgeView.as_view(), name="api_pattern_acknowledge"),
    path(f"{_PATTERN}act/", patterns.PatternActView.as_view(), name="api_pattern_act"),
    path(f"{_PATTERN}fix/", patterns.PatternFixView.as_view(), name="api_pattern_fix"),
    path(f"{_PATTERN}decline/", patterns.PatternDeclineView.as_view(), name="api_pattern_decline"),
    path(f"{_PATTERN}snooze/", patterns.PatternSnoozeView.as_view(), name="api_pattern_snooze"),
    path(f"{_PATTERN}return/", patterns.PatternReturnView.as_view(), name="api_pattern_return"),
    path(f"{_PATTERN}rename/", patterns.PatternRenameView.as_view(), name="api_pattern_rename"),
    path(f"{_PATTERN}undo/", patterns.PatternUndoView.as_view(), name="api_pattern_undo"),
    path(f"{_PATTERN}merge/", patterns.PatternMergeView.as_view(), name="api_pattern_merge"),
    path(f"{_PATTERN}unmerge/", patterns.PatternUnmergeView.as_view(), name="api_pattern_unmerge"),
    path("my-flags/<slug:reference>/give-up/", escalations.OwnFlagGiveUpView.as_view(), name="api_my_flag_give_up"),
    path(_ESCALATIONS, escalations.EscalationsView.as_view(), name="api_escalations"),
    path(f"{_ESCALATIONS}figures/", escalations.EscalationFiguresView.as_view(), name="api_escalation_figures"),
    path(f"{_ESCALATIONS}path/", escalations.EscalationPathView.as_view(), name="api_escalation_path"),
    path(f"{_ESCALATIONS}<uuid:escalation>/", escalations.EscalationView.as_view(), name="api_escalation"),
    path(
        f"{_ESCALATIONS}<uuid:escalation>/answer/",
        escalations.EscalationAnswerView.as_view(),
        name="api_escalation_answer",
    ),
    path("concern/<slug:slug>/", people.ConcernRaiseView.as_view(), name="api_concern_raise"),
    path("pilots/<slug:slug>/concerns/", people.ConcernsView.as_view(), name="api_concerns"),
    path("pilots/<slug:slug>/concerns/figures/", people.ConcernFiguresView.as_view(), name="api_concern_figures"),
    path(_CONCERN, people.ConcernView.as_view(), name="api_concern"),
    path(f"{_CONCERN}decide/", people.ConcernDecideView.as_view(), name="api_concern_decide"),
    path(f"{_CONCERN}name/", people.ConcernNameView.as_view(), name="api_concern_name"),
    path("pilots/<slug:slug>/barriers/", people.BarriersView.as_view(), name="api_barriers"),
    path(_BARRIER, people.BarrierView.as_view(), name="api_barrier"),
    path(f"{_BARRIER}close/", people.BarrierCloseView.as_view(), name="api_barrier_close"),
    path(_ROLES, people.SensitiveRolesView.as_view(), name="api_sensitive_roles"),
    path(f"{_ROLES}<uuid:sensitive>/ask/", people.SensitiveRoleAskView.as_view(), name="api_sensitive_role_ask"),
    path("pilots/<slug:slug>/drills/", drills.DrillsView.as_view(), name="api_drills"),
    path(_DRILL, drills.DrillView.as_view(), name="api_drill"),
    path(f"{_DRILL}start/", drills.DrillStartView.as_view(), name="api_drill_start"),
    path(f"{_DRILL}end/", drills.DrillEndView.as_view(), name="api_drill_end"),
    path(f"{_DRILL}call-off/", drills.DrillCallOffView.as_view(), name="api_drill_call_off"),
    path(f"{_DRILL}gaps/", drills.DrillGapsView.as_view(), name="api_drill_gaps"),
    path(f"{_GAP}own/", drills.DrillGapOwnView.as_view(), name="api_drill_gap_own"),
    path(f"{_GAP}close/", drills.DrillGapCloseView.as_view(), name="api_drill_gap_close"),
]
