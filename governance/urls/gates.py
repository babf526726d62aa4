from django.urls import path

from governance.views import chains, conditions, gates, sign_offs

_GATE = "pilots/<slug:slug>/gates/<slug:phase>/"

urlpatterns = [
    path("pilots/<slug:slug>/gates/", gates.gates, name="gates"),
    path(_GATE, gates.gate, name="gate"),
    path("pilots/<slug:slug>/chains/<int:number>/", chains.pattern_chain, name="pattern_chain"),
    path(f"{_GATE}ask/", sign_offs.gate_sign_off_ask, name="gate_sign_off_ask"),
    path(f"{_GATE}withdraw/", sign_offs.gate_sign_off_withdraw, name="gate_sign_off_withdraw"),
    path(f"{_GATE}sign-off/", sign_offs.gate_sign_off, name="gate_sign_off"),
    path(f"{_GATE}conditions/add/", conditions.condition_add, name="condition_add"),
    path(f"{_GATE}conditions/<uuid:pk>/withdraw/", conditions.condition_withdraw, name="condition_withdraw"),
    path(f"{_GATE}conditions/<uuid:pk>/meet/", conditions.condition_meet, name="condition_meet"),
]
