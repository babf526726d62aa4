from django.urls import path

from pilots.views import findings, register_files, registers, scope_case

_ALL = "pilots/<slug:slug>/evidence/registers/"
_ONE = f"{_ALL}<slug:register>/"
_CASE = "pilots/<slug:slug>/use-cases/<slug:name>/"
_FAILURE = f"{_ALL}failure-modes/<uuid:entry>/"

urlpatterns = [
    path(_ALL, registers.registers, name="registers"),
    path(f"{_FAILURE}answer/", findings.failure_answer, name="failure_answer"),
    path(f"{_FAILURE}build/", findings.failure_build, name="failure_build"),
    path(f"{_FAILURE}accept-risk/", findings.risk_accept, name="risk_accept"),
    path(_ONE, registers.register, name="register"),
    path(f"{_ONE}add/", registers.entry_add, name="entry_add"),
    path(f"{_ONE}<uuid:entry>/edit/", registers.entry_edit, name="entry_edit"),
    path(f"{_ONE}<uuid:entry>/remove/", registers.entry_remove, name="entry_remove"),
    path(f"{_ONE}import/", register_files.register_import, name="register_import"),
    path(f"{_ONE}template.<slug:ending>", register_files.register_template, name="register_template"),
    path(f"{_ONE}download.<slug:ending>", register_files.register_download, name="register_download"),
    path(
        "pilots/<slug:slug>/use-cases/<slug:name>/set-aside/", scope_case.use_case_set_aside, name="use_case_set_aside"
    ),
]
