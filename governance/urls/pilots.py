from django.urls import path

from governance.views import pilots, portfolio

urlpatterns = [
    path("", portfolio.landing, name="landing"),
    path("pilots/", portfolio.portfolio, name="portfolio"),
    path("pilots/export.csv", portfolio.portfolio_csv, name="portfolio_csv"),
    path("pilots/new/", pilots.pilot_new, name="pilot_new"),
    path("pilots/<slug:slug>/", pilots.pilot, name="pilot"),
    path("my-work/", portfolio.my_work, name="my_work"),
    path("search/", portfolio.search, name="search"),
]
