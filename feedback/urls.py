from django.urls import path

from feedback.views import corrections, figures, flags, patterns, receipts, reviews, rota, triage

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
    path("pilots/<slug:slug>/reviews/", reviews.reviews, name="reviews"),
    path("pilots/<slug:slug>/reviews/schedule/", reviews.review_schedule, name="review_schedule"),
    path("pilots/<slug:slug>/reviews/open/", reviews.review_open, name="review_open"),
    path("pilots/<slug:slug>/reviews/<int:number>/", reviews.review, name="review"),
    path("pilots/<slug:slug>/reviews/<int:number>/close/", reviews.review_close, name="review_close"),
    path("pilots/<slug:slug>/reviews/<int:number>/<int:position>/decide/", reviews.review_decide, name="review_decide"),
    path("pilots/<slug:slug>/reviews/<int:number>/<int:position>/carry/", reviews.review_carry, name="review_carry"),
    path("pilots/<slug:slug>/corrections/", corrections.corrections, name="corrections"),
    path("pilots/<slug:slug>/corrections/open/", corrections.correction_open, name="correction_open"),
    path("pilots/<slug:slug>/corrections/<int:number>/", corrections.correction, name="correction"),
    path("pilots/<slug:slug>/corrections/<int:number>/tell/", corrections.correction_tell, name="correction_tell"),
    path("pilots/<slug:slug>/corrections/<int:number>/plan/", corrections.correction_plan, name="correction_plan"),
    path(
        "pilots/<slug:slug>/corrections/<int:number>/finish/", corrections.correction_finish, name="correction_finish"
    ),
    path("pilots/<slug:slug>/triage-rota/", rota.triage_rota, name="triage_rota"),
    path("pilots/<slug:slug>/triage-rota/clocks/", rota.triage_clocks, name="triage_clocks"),
    path("pilots/<slug:slug>/feedback-figures/", figures.feedback_figures, name="feedback_figures"),
]
