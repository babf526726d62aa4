from django.urls import path

from pilots.views import limits, pilots, scope, use

urlpatterns = [
    path("pilots/<slug:slug>/edit/", pilots.pilot_edit, name="pilot_edit"),
    path("pilots/<slug:slug>/pause/", pilots.pilot_pause, name="pilot_pause"),
    path("pilots/<slug:slug>/resume/", pilots.pilot_resume, name="pilot_resume"),
    path("pilots/<slug:slug>/end/", pilots.pilot_end, name="pilot_end"),
    path("pilots/<slug:slug>/scope/", scope.pilot_scope, name="pilot_scope"),
    path("pilots/<slug:slug>/scope/add/<str:kind>/", scope.scope_add, name="scope_add"),
    path("pilots/<slug:slug>/scope/<str:kind>/<slug:name>/remove/", scope.scope_remove, name="scope_remove"),
    path("pilots/<slug:slug>/use-cases/<slug:name>/limit/", limits.use_case_limit, name="use_case_limit"),
    path("pilots/<slug:slug>/use-cases/<slug:name>/lift/", limits.use_case_lift, name="use_case_lift"),
    path("pilots/<slug:slug>/workflows/<slug:name>/edit/", scope.workflow_edit, name="workflow_edit"),
    path("pilots/<slug:slug>/workflows/<slug:name>/accept/", scope.workflow_accept, name="workflow_accept"),
    path("pilots/<slug:slug>/workflows/<slug:name>/decline/", scope.workflow_decline, name="workflow_decline"),
    path("pilots/<slug:slug>/use/", use.use, name="use"),
    path("pilots/<slug:slug>/use/template.<slug:ending>", use.use_template, name="use_template"),
]
