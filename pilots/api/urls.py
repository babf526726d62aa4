from django.urls import path

from pilots.api import history, people, pilots, scope

_PILOT = "pilots/<slug:slug>/"
_WORKFLOW = f"{_PILOT}workflows/<slug:name>/"

urlpatterns = [
    path("me/", pilots.MeView.as_view(), name="api_me"),
    path("notifications/", people.NotificationsView.as_view(), name="api_notifications"),
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
    path(f"{_PILOT}segments/", scope.SegmentsView.as_view(), name="api_segments"),
    path(f"{_PILOT}segments/<slug:name>/", scope.SegmentView.as_view(), name="api_segment"),
    path(f"{_PILOT}members/", people.MembersView.as_view(), name="api_members"),
    path(f"{_PILOT}members/<uuid:user>/", people.MemberView.as_view(), name="api_member"),
    path(f"{_PILOT}invitations/", people.InvitationsView.as_view(), name="api_invitations"),
    path(f"{_PILOT}delegations/", people.DelegationsView.as_view(), name="api_delegations"),
    path(f"{_PILOT}delegations/<uuid:delegation>/end/", people.DelegationEndView.as_view(), name="api_delegation_end"),
    path(f"{_PILOT}stepping-aside/", people.SteppingAsideView.as_view(), name="api_stepping_aside"),
    path(f"{_PILOT}history/", history.HistoryView.as_view(), name="api_history"),
]
