from django.urls import path

from feedback.api import (
    attachments,
    channels,
    corrections,
    elsewhere,
    figures,
    flags,
    hand_in,
    imports,
    patterns,
    reviews,
    rota,
)

_CHANNEL = "pilots/<slug:slug>/channels/<uuid:channel>/"

_PATTERN = "pilots/<slug:slug>/patterns/<int:number>/"
_PILOT = "pilots/<slug:slug>/"
_REVIEW = "pilots/<slug:slug>/reviews/<int:number>/"
_CORRECTION = "pilots/<slug:slug>/corrections/<int:number>/"
_FLAG = "pilots/<slug:slug>/flags/<slug:reference>/"

urlpatterns = [
    path("my-flags/", flags.OwnFlagsView.as_view(), name="api_my_flags"),
    path("my-flags/<slug:reference>/", flags.OwnFlagView.as_view(), name="api_my_flag"),
    path("my-flags/<slug:reference>/reopen/", flags.OwnFlagReopenView.as_view(), name="api_my_flag_reopen"),
    path("flag/receipt/<str:token>/attachments/", attachments.FlagAttachView.as_view(), name="api_flag_attach"),
    path("flag/<slug:slug>/", hand_in.HandInView.as_view(), name="api_flag_hand_in"),
    path("flag/<slug:slug>/batch/", hand_in.FlagBatchView.as_view(), name="api_flags_hand_in"),
    path("pilots/<slug:slug>/channels/", channels.ChannelsView.as_view(), name="api_channels"),
    path(_CHANNEL, channels.ChannelView.as_view(), name="api_channel"),
    path(f"{_CHANNEL}rotate/", channels.ChannelRotateView.as_view(), name="api_channel_rotate"),
    path(f"{_CHANNEL}revoke/", channels.ChannelRevokeView.as_view(), name="api_channel_revoke"),
    path("pilots/<slug:slug>/flags/", flags.FlagsView.as_view(), name="api_flags"),
    path("pilots/<slug:slug>/flags/enter/", elsewhere.FlagEnterView.as_view(), name="api_flag_enter"),
    path("pilots/<slug:slug>/flags/import/", imports.FlagsImportView.as_view(), name="api_flags_import"),
    path(_FLAG, flags.FlagView.as_view(), name="api_flag"),
    path(f"{_FLAG}files/<uuid:file>/", attachments.FlagFileView.as_view(), name="api_flag_file"),
    path(f"{_FLAG}relabel/", flags.FlagRelabelView.as_view(), name="api_flag_relabel"),
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
    path(f"{_PATTERN}carry/", patterns.PatternCarryView.as_view(), name="api_pattern_carry"),
    path(f"{_PATTERN}effect/", figures.PatternEffectView.as_view(), name="api_pattern_effect"),
    path(f"{_PATTERN}snooze/", patterns.PatternSnoozeView.as_view(), name="api_pattern_snooze"),
    path(f"{_PATTERN}return/", patterns.PatternReturnView.as_view(), name="api_pattern_return"),
    path(f"{_PATTERN}rename/", patterns.PatternRenameView.as_view(), name="api_pattern_rename"),
    path(f"{_PATTERN}undo/", patterns.PatternUndoView.as_view(), name="api_pattern_undo"),
    path(f"{_PATTERN}merge/", patterns.PatternMergeView.as_view(), name="api_pattern_merge"),
    path(f"{_PATTERN}unmerge/", patterns.PatternUnmergeView.as_view(), name="api_pattern_unmerge"),
    path(f"{_PILOT}review-schedule/", reviews.ReviewScheduleView.as_view(), name="api_review_schedule"),
    path(f"{_PILOT}reviews/", reviews.ReviewsView.as_view(), name="api_reviews"),
    path(_REVIEW, reviews.ReviewView.as_view(), name="api_review"),
    path(f"{_REVIEW}<int:position>/decide/", reviews.ReviewDecideView.as_view(), name="api_review_decide"),
    path(f"{_REVIEW}<int:position>/carry/", reviews.ReviewCarryView.as_view(), name="api_review_carry"),
    path(f"{_REVIEW}close/", reviews.ReviewCloseView.as_view(), name="api_review_close"),
    path(f"{_PILOT}corrections/", corrections.CorrectionsView.as_view(), name="api_corrections"),
    path(_CORRECTION, corrections.CorrectionView.as_view(), name="api_correction"),
    path(f"{_CORRECTION}tell/", corrections.CorrectionTellView.as_view(), name="api_correction_tell"),
    path(f"{_CORRECTION}plan/", corrections.CorrectionPlanView.as_view(), name="api_correction_plan"),
    path(f"{_CORRECTION}finish/", corrections.CorrectionFinishView.as_view(), name="api_correction_finish"),
    path(f"{_PILOT}triage-rota/", rota.TriageRotaView.as_view(), name="api_triage_rota"),
    path(f"{_PILOT}triage-clocks/", rota.TriageClocksView.as_view(), name="api_triage_clocks"),
    path(f"{_PILOT}feedback-figures/", figures.FeedbackFiguresView.as_view(), name="api_feedback_figures"),
]
