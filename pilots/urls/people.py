from django.urls import path

from pilots.views import account, invitations, members, people, standing_in, unsubscribing

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/invite/", people.person_invite, name="person_invite"),
    path("people/invitations/<uuid:pk>/revoke/", invitations.invitation_revoke, name="invitation_revoke"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("people/<uuid:pk>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("people/<uuid:pk>/vouch/", people.person_vouch, name="person_vouch"),
    path("people/<uuid:pk>/roles/name/", people.organisation_role_name, name="organisation_role_name"),
    path("people/<uuid:pk>/roles/withdraw/", people.organisation_role_withdraw, name="organisation_role_withdraw"),
    path("pilots/<slug:slug>/people/", members.pilot_people, name="pilot_people"),
    path("pilots/<slug:slug>/people/add/", members.member_add, name="member_add"),
    path("pilots/<slug:slug>/people/<uuid:pk>/change/", members.member_change, name="member_change"),
    path("pilots/<slug:slug>/people/<uuid:pk>/remove/", members.member_remove, name="member_remove"),
    path("pilots/<slug:slug>/people/delegate/", standing_in.delegation_make, name="delegation_make"),
    path("pilots/<slug:slug>/delegations/<uuid:pk>/end/", standing_in.delegation_end, name="delegation_end"),
    path("pilots/<slug:slug>/people/step-aside/", standing_in.step_aside, name="step_aside"),
    path("pilots/<slug:slug>/people/step-back-in/", standing_in.step_back_in, name="step_back_in"),
    path("invitation/<str:token>/", invitations.invitation_accept, name="invitation_accept"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("account/", account.account, name="account"),
    path("account/address/ask/", account.address_ask, name="address_ask"),
    path("account/address/<str:token>/", account.address_confirm, name="address_confirm"),
    path("account/tokens/", account.tokens, name="tokens"),
    path("account/tokens/new/", account.token_create, name="token_create"),
    path("account/tokens/<uuid:pk>/revoke/", account.token_revoke, name="token_revoke"),
    path("account/notifications/", account.notifications, name="notifications"),
    path("account/notifications/read/", account.notifications_read, name="notifications_read"),
    path("account/notifications/<uuid:pk>/open/", account.notification_open, name="notification_open"),
]
