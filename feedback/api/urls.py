from django.urls import path

from feedback.api import flags

_FLAG = "pilots/<slug:slug>/flags/<slug:reference>/"

urlpatterns = [
    path("my-flags/", flags.OwnFlagsView.as_view(), name="api_my_flags"),
    path("my-flags/<slug:reference>/", flags.OwnFlagView.as_view(), name="api_my_flag"),
    path("my-flags/<slug:reference>/reopen/", flags.OwnFlagReopenView.as_view(), name="api_my_flag_reopen"),
    path("flag/<slug:slug>/", flags.HandInView.as_view(), name="api_flag_hand_in"),
    path("pilots/<slug:slug>/flags/", flags.FlagsView.as_view(), name="api_flags"),
    path(_FLAG, flags.FlagView.as_view(), name="api_flag"),
    path(f"{_FLAG}assess/", flags.FlagAssessView.as_view(), name="api_flag_assess"),
    path(f"{_FLAG}close/", flags.FlagCloseView.as_view(), name="api_flag_close"),
    path(f"{_FLAG}carry/", flags.FlagCarryView.as_view(), name="api_flag_carry"),
]
