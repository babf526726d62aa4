from django.urls import URLPattern, path

from governance.views import answers, events, items, questions, waivers

_PILOT = "pilots/<slug:slug>/"
_ITEM = f"{_PILOT}items/<uuid:item_id>/"
_WAIVER = f"{_PILOT}waivers/<uuid:waiver_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{_PILOT}questions/", questions.questions, name="questions"),
    path(f"{_PILOT}questions/<slug:code>/", questions.question, name="question"),
    path(f"{_PILOT}questions/<slug:code>/<slug:workflow>/", questions.question, name="question"),
    path(f"{_PILOT}items/assign/", questions.items_assign, name="items_assign"),
    path(f"{_ITEM}assign/", items.item_assign, name="item_assign"),
    path(f"{_ITEM}comment/", items.item_comment, name="item_comment"),
    path(f"{_ITEM}doubt/", items.doubt_raise, name="doubt_raise"),
    path(f"{_ITEM}answer/", answers.answer_propose, name="answer_propose"),
    path(f"{_ITEM}accept/", answers.answer_accept, name="answer_accept"),
    path(f"{_ITEM}return/", answers.answer_return, name="answer_return"),
    path(f"{_ITEM}confirm/", answers.answer_confirm, name="answer_confirm"),
    path(f"{_ITEM}waiver/", waivers.waiver_ask, name="waiver_ask"),
    path(f"{_WAIVER}decide/", waivers.waiver_decide, name="waiver_decide"),
    path(f"{_WAIVER}end/", waivers.waiver_end, name="waiver_end"),
    path(f"{_PILOT}evidence/<uuid:evidence_id>/", answers.evidence, name="evidence"),
    path(f"{_PILOT}events/", events.event_fire, name="event_fire"),
]
