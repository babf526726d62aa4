from django.urls import path

from governance.api import (
    catalogue,
    catalogue_draft,
    catalogue_moves,
    design,
    downloads,
    frameworks,
    gates,
    items,
    leaving,
    pilots,
    readiness,
    search,
    stages,
    waivers,
)

_PILOT = "pilots/<slug:slug>/"
_ITEM = f"{_PILOT}items/<uuid:item>/"
_GATE = f"{_PILOT}gates/<slug:gate>/"
_STAGE = f"{_PILOT}stages/<int:number>/"
_REQUEST = f"{_GATE}sign-off-requests/<uuid:request_id>/"
_CONDITION = f"{_GATE}conditions/<uuid:condition>/"
_decide = items.AnswerDecisionView.as_view

urlpatterns = [
    path("pilots/", pilots.PilotsView.as_view(), name="api_pilots"),
    path("my-work/", pilots.MyWorkView.as_view(), name="api_my_work"),
    path(f"{_PILOT}events/", pilots.EventsView.as_view(), name="api_events"),
    path(f"{_PILOT}items/", items.ItemsView.as_view(), name="api_items"),
    path(f"{_PILOT}items/assign/", items.AssignView.as_view(), name="api_items_assign"),
    path(_ITEM, items.ItemView.as_view(), name="api_item"),
    path(f"{_ITEM}answers/", items.AnswersView.as_view(), name="api_answers"),
    path(f"{_ITEM}accept/", _decide(verb="accept"), name="api_answer_accept"),
    path(f"{_ITEM}return/", _decide(verb="return"), name="api_answer_return"),
    path(f"{_ITEM}confirm/", _decide(verb="confirm"), name="api_answer_confirm"),
    path(f"{_ITEM}doubts/", items.DoubtsView.as_view(), name="api_doubts"),
    path(f"{_ITEM}comments/", items.CommentsView.as_view(), name="api_comments"),
    path(f"{_ITEM}waivers/", waivers.ItemWaiverView.as_view(), name="api_item_waivers"),
    path(f"{_PILOT}waivers/", waivers.WaiversView.as_view(), name="api_waivers"),
    path(f"{_PILOT}waivers/<uuid:waiver>/decide/", waivers.WaiverDecideView.as_view(), name="api_waiver_decide"),
    path(f"{_PILOT}waivers/<uuid:waiver>/end/", waivers.WaiverEndView.as_view(), name="api_waiver_end"),
    path(f"{_PILOT}gates/", gates.GatesView.as_view(), name="api_gates"),
    path(_GATE, gates.GateView.as_view(), name="api_gate"),
    path(f"{_GATE}status/", gates.GateStatusView.as_view(), name="api_gate_status"),
    path(f"{_GATE}sign-off-requests/", gates.RequestsView.as_view(), name="api_sign_off_requests"),
    path(f"{_REQUEST}withdraw/", gates.WithdrawView.as_view(), name="api_sign_off_withdraw"),
    path(f"{_REQUEST}sign-offs/", gates.SignOffsView.as_view(), name="api_sign_offs"),
    path(f"{_GATE}conditions/", gates.ConditionsView.as_view(), name="api_conditions"),
    path(f"{_CONDITION}meet/", gates.ConditionMeetView.as_view(), name="api_condition_meet"),
    path(f"{_CONDITION}withdraw/", gates.ConditionWithdrawView.as_view(), name="api_condition_withdraw"),
    path(f"{_GATE}dossier/", downloads.DossierView.as_view(), name="api_dossier"),
    path(f"{_PILOT}stages/", stages.StagesView.as_view(), name="api_stages"),
    path(_STAGE, stages.StageView.as_view(), name="api_stage"),
    path(f"{_STAGE}criteria/", stages.StageCriteriaView.as_view(), name="api_stage_criteria"),
    path(f"{_STAGE}forecast/", stages.StageForecastView.as_view(), name="api_stage_forecast"),
    path(f"{_STAGE}lock/", stages.StageLockView.as_view(), name="api_stage_lock"),
    path(f"{_PILOT}design/", design.DesignView.as_view(), name="api_design"),
    path(
        f"{_PILOT}design/conditions/<uuid:later>/meet/",
        design.DesignConditionMeetView.as_view(),
        name="api_design_condition_meet",
    ),
    path(
        f"{_PILOT}design/uncomfortable/<slug:kind>/acknowledge/",
        design.UncomfortableAcknowledgeView.as_view(),
        name="api_uncomfortable_acknowledge",
    ),
    path(f"{_PILOT}evidence/<uuid:evidence>/", downloads.EvidenceView.as_view(), name="api_evidence"),
    path(f"{_PILOT}catalogue/", catalogue_moves.PilotCatalogueView.as_view(), name="api_pilot_catalogue"),
    path(
        f"{_PILOT}catalogue/preview/<int:number>/",
        catalogue_moves.PilotCataloguePreviewView.as_view(),
        name="api_pilot_catalogue_preview",
    ),
    path("readiness/", readiness.ReadinessView.as_view(), name="api_readiness"),
    path("readiness/counts/", readiness.ReadinessCountsView.as_view(), name="api_readiness_counts"),
    path("readiness/dated/<slug:kind>/", readiness.DatedView.as_view(), name="api_readiness_dated"),
    path("readiness/acknowledgements/", readiness.AcknowledgementsView.as_view(), name="api_acknowledgements"),
    path(
        "readiness/findings/<uuid:finding>/acknowledge/",
        readiness.AcknowledgeView.as_view(),
        name="api_finding_acknowledge",
    ),
    path("frameworks/", frameworks.FrameworksView.as_view(), name="api_frameworks"),
    path("frameworks/<slug:key>/", frameworks.FrameworkView.as_view(), name="api_framework"),
    path("people/<uuid:person>/deactivate/", leaving.PersonDeactivateView.as_view(), name="api_person_deactivate"),
    path("search/", search.SearchView.as_view(), name="api_search"),
    path("catalogue/draft/", catalogue_draft.DraftView.as_view(), name="api_catalogue_draft"),
    path("catalogue/draft/publish/", catalogue_draft.DraftPublishView.as_view(), name="api_catalogue_draft_publish"),
    path("catalogue/draft/discard/", catalogue_draft.DraftDiscardView.as_view(), name="api_catalogue_draft_discard"),
    path("catalogue/draft/questions/", catalogue_draft.DraftQuestionsView.as_view(), name="api_draft_questions"),
    path(
        "catalogue/draft/questions/<slug:code>/",
        catalogue_draft.DraftQuestionView.as_view(),
        name="api_draft_question",
    ),
    path(
        "catalogue/draft/questions/<slug:code>/remove/",
        catalogue_draft.DraftQuestionRemoveView.as_view(),
        name="api_draft_question_remove",
    ),
    path("catalogue/", catalogue.VersionsView.as_view(), name="api_catalogue"),
    path("catalogue/<int:number>/questions/", catalogue.QuestionsView.as_view(), name="api_catalogue_questions"),
]
