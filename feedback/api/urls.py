from django.urls import path

from feedback.api import erasing, flags, patterns, publishing

_PATTERN = "pilots/<slug:slug>/patterns/<int:number>/"
_FLAG = "pilots/<slug:slug>/flags/<slug:reference>/"

_STATEMENT = "pilots/<slug:slug>/statement/"

urlpatterns = [
    path("my-flags/<slug:reference>/erase/", erasing.OwnFlagEraseView.as_view(), name="api_my_flag_erase"),
    path("people/<uuid:pk>/erase/", erasing.PersonEraseView.as_view(), name="api_person_erase"),
    path("published/", publishing.PublishedListView.as_view(), name="api_published_list"),
    path("published/<slug:slug>/", publishing.PublishedView.as_view(), name="api_published"),
    path("pilots/<slug:slug>/publications/", publishing.PublicationsView.as_view(), name="api_publications"),
    path(_STATEMENT, publishing.StatementView.as_view(), name="api_statement"),
    path(f"{_STATEMENT}sign/", publishing.StatementSignView.as_view(), name="api_statement_sign"),
    path(f"{_STATEMENT}publish/", publishing.StatementPublishView.as_view(), name="api_statement_publish"),
    path(f"{_STATEMENT}<int:number>/", publishing.StatementVersionView.as_view(), name="api_statement_version"),
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
]
