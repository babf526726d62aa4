from django.urls import URLPattern, path

from pilots.api import (
    account,
    adoption,
    batches,
    figures,
    findings,
    forecasts,
    history,
    limits,
    organisation,
    people,
    personal_data,
    pilots,
    readings,
    registers,
    running,
    scope,
    use,
    webhooks,
    workload,
)
from pilots.registers import REGISTERS

_PILOT = "pilots/<slug:slug>/"
_PERSON = "people/<uuid:person>/"
_WORKFLOW = f"{_PILOT}workflows/<slug:name>/"
_STAGE = f"{_PILOT}stages/<int:number>/"
_WEBHOOK = f"{_PILOT}webhooks/<uuid:webhook>/"

_REGISTERS = f"{_PILOT}registers/"
_FAILURE = f"{_REGISTERS}failure-modes/<uuid:entry>/"


def _of_register(slug: str, key: str) -> list[URLPattern]:
    entries, entry, file = registers.VIEWS[slug]
    return [
        path(f"{_REGISTERS}{slug}/", entries.as_view(), name=f"api_register_{key}"),
        path(f"{_REGISTERS}{slug}/<uuid:entry>/", entry.as_view(), name=f"api_register_{key}_entry"),
        path(f"{_REGISTERS}{slug}/import/", file.as_view(), name=f"api_register_{key}_import"),
    ]


urlpatterns = [
    *(route for one in REGISTERS.values() for route in _of_register(one.slug, one.key)),
    path(f"{_FAILURE}answer/", findings.FailureAnswerView.as_view(), name="api_failure_answer"),
    path(f"{_FAILURE}build/", findings.FailureBuildView.as_view(), name="api_failure_build"),
    path(f"{_FAILURE}accept-risk/", findings.RiskAcceptView.as_view(), name="api_risk_accept"),
    path(
        f"{_PILOT}use-cases/<slug:name>/set-aside/",
        findings.UseCaseSetAsideView.as_view(),
        name="api_use_case_set_aside",
    ),
    path("me/", account.MeView.as_view(), name="api_me"),
    path("me/data/", personal_data.MyDataView.as_view(), name="api_my_data"),
    path(
        "people/<uuid:pk>/data/export/",
        personal_data.PersonDataExportView.as_view(),
        name="api_person_data_export",
    ),
    path("notifications/", account.NotificationsView.as_view(), name="api_notifications"),
    path("notifications/read/", account.NotificationsReadView.as_view(), name="api_notifications_read"),
    path(
        "notifications/<uuid:notification>/read/",
        account.NotificationReadView.as_view(),
        name="api_notification_read",
    ),
    path("tokens/", account.TokensView.as_view(), name="api_tokens"),
    path("tokens/<uuid:token>/revoke/", account.TokenRevokeView.as_view(), name="api_token_revoke"),
    path("people/", organisation.OrganisationPeopleView.as_view(), name="api_people"),
    path(_PERSON, organisation.PersonView.as_view(), name="api_person"),
    path(f"{_PERSON}reactivate/", organisation.PersonReactivateView.as_view(), name="api_person_reactivate"),
    path(f"{_PERSON}vouch/", organisation.PersonVouchView.as_view(), name="api_person_vouch"),
    path(f"{_PERSON}roles/", organisation.PersonRolesView.as_view(), name="api_person_roles"),
    path(f"{_PERSON}roles/<slug:role>/", organisation.PersonRoleView.as_view(), name="api_person_role"),
    path("invitations/", organisation.OrganisationInvitationsView.as_view(), name="api_organisation_invitations"),
    path(
        "invitations/<uuid:invitation>/revoke/",
        organisation.InvitationRevokeView.as_view(),
        name="api_invitation_revoke",
    ),
    path("trail/", history.TrailView.as_view(), name="api_trail"),
    path("trail/verify/", history.TrailVerifyView.as_view(), name="api_trail_verify"),
    path(_PILOT, pilots.PilotView.as_view(), name="api_pilot"),
    path(f"{_PILOT}pause/", pilots.PilotPauseView.as_view(), name="api_pilot_pause"),
    path(f"{_PILOT}resume/", pilots.PilotResumeView.as_view(), name="api_pilot_resume"),
    path(f"{_PILOT}end/", pilots.PilotEndView.as_view(), name="api_pilot_end"),
    path(f"{_PILOT}workflows/", scope.WorkflowsView.as_view(), name="api_workflows"),
    path(_WORKFLOW, scope.WorkflowView.as_view(), name="api_workflow"),
    path(f"{_WORKFLOW}accept/", scope.WorkflowAcceptView.as_view(), name="api_workflow_accept"),
    path(f"{_WORKFLOW}decline/", scope.WorkflowDeclineView.as_view(), name="api_workflow_decline"),
    path(f"{_PILOT}use-cases/", scope.UseCasesView.as_view(), name="api_use_cases"),
    path(f"{_PILOT}use-cases/<slug:name>/", scope.UseCaseView.as_view(), name="api_use_case"),
    path(f"{_PILOT}use-cases/<slug:name>/limit/", limits.UseCaseLimitView.as_view(), name="api_use_case_limit"),
    path(f"{_PILOT}use-cases/<slug:name>/lift/", limits.UseCaseLiftView.as_view(), name="api_use_case_lift"),
    path(f"{_PILOT}segments/", scope.SegmentsView.as_view(), name="api_segments"),
    path(f"{_PILOT}segments/<slug:name>/", scope.SegmentView.as_view(), name="api_segment"),
    path(f"{_PILOT}use/", use.UseView.as_view(), name="api_use"),
    path(f"{_PILOT}use/import/", use.UseImportView.as_view(), name="api_use_import"),
    path(f"{_PILOT}workload/", workload.WorkloadView.as_view(), name="api_workload"),
    path(f"{_PILOT}workload/import/", workload.WorkloadImportView.as_view(), name="api_workload_import"),
    path(f"{_PILOT}batches/", batches.BatchesView.as_view(), name="api_batches"),
    path(f"{_PILOT}batches/<int:number>/", batches.BatchView.as_view(), name="api_batch"),
    path(f"{_PILOT}batches/<int:number>/match/", batches.BatchMatchView.as_view(), name="api_batch_match"),
    path(f"{_PILOT}batches/<int:number>/withdraw/", batches.BatchWithdrawView.as_view(), name="api_batch_withdraw"),
    path(f"{_PILOT}forecasts/", forecasts.ForecastsView.as_view(), name="api_forecasts"),
    path(f"{_PILOT}forecasts/<int:number>/", forecasts.ForecastView.as_view(), name="api_forecast"),
    path(f"{_PILOT}forecasts/<int:number>/lock/", forecasts.ForecastLockView.as_view(), name="api_forecast_lock"),
    path(f"{_PILOT}adoption/", adoption.AdoptionView.as_view(), name="api_adoption"),
    path(f"{_PILOT}stages/<int:number>/close/", adoption.StageCloseView.as_view(), name="api_stage_close"),
    path(f"{_STAGE}running/", running.StageRunningView.as_view(), name="api_stage_running"),
    path(f"{_STAGE}pause/", running.StagePauseView.as_view(), name="api_stage_pause"),
    path(f"{_STAGE}step-back/", running.StageStepBackView.as_view(), name="api_stage_step_back"),
    path(f"{_STAGE}resume/", running.StageResumeView.as_view(), name="api_stage_resume"),
    path(f"{_STAGE}readings/", readings.StageReadingsView.as_view(), name="api_stage_readings"),
    path(f"{_STAGE}readings/use/", readings.UseReadingsView.as_view(), name="api_use_readings"),
    path(f"{_STAGE}readings/outcomes/", readings.OutcomeReadingsView.as_view(), name="api_outcome_readings"),
    path(f"{_STAGE}readings/<slug:kind>/import/", readings.ReadingsImportView.as_view(), name="api_readings_import"),
    path(f"{_PILOT}figures/", figures.FiguresView.as_view(), name="api_figures"),
    path(f"{_PILOT}coverage/", figures.CoverageView.as_view(), name="api_coverage"),
    path(f"{_PILOT}members/", people.MembersView.as_view(), name="api_members"),
    path(f"{_PILOT}members/<uuid:user>/", people.MemberView.as_view(), name="api_member"),
    path(f"{_PILOT}invitations/", people.InvitationsView.as_view(), name="api_invitations"),
    path(f"{_PILOT}delegations/", people.DelegationsView.as_view(), name="api_delegations"),
    path(f"{_PILOT}delegations/<uuid:delegation>/end/", people.DelegationEndView.as_view(), name="api_delegation_end"),
    path(f"{_PILOT}stepping-aside/", people.SteppingAsideView.as_view(), name="api_stepping_aside"),
    path(f"{_PILOT}history/", history.HistoryView.as_view(), name="api_history"),
    path(f"{_PILOT}webhooks/", webhooks.WebhooksView.as_view(), name="api_webhooks"),
    path(_WEBHOOK, webhooks.WebhookView.as_view(), name="api_webhook"),
    path(f"{_WEBHOOK}rotate-secret/", webhooks.WebhookRotateSecretView.as_view(), name="api_webhook_rotate_secret"),
    path(f"{_WEBHOOK}disable/", webhooks.WebhookDisableView.as_view(), name="api_webhook_disable"),
    path(f"{_WEBHOOK}enable/", webhooks.WebhookEnableView.as_view(), name="api_webhook_enable"),
    path(f"{_WEBHOOK}test/", webhooks.WebhookTestView.as_view(), name="api_webhook_test"),
    path(f"{_WEBHOOK}deliveries/", webhooks.DeliveriesView.as_view(), name="api_deliveries"),
    path(
        f"{_WEBHOOK}deliveries/<uuid:delivery>/send-again/",
        webhooks.DeliverySendAgainView.as_view(),
        name="api_webhook_send_again",
    ),
]
