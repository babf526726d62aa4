from django.urls import path

from pilots.views import batches, forecasts, workload, workload_files

_EVIDENCE = "pilots/<slug:slug>/evidence/"
_WORKLOAD = f"{_EVIDENCE}workload/"
_BATCH = f"{_EVIDENCE}batches/<int:number>/"
_FORECAST = "pilots/<slug:slug>/forecast/"

urlpatterns = [
    path(_WORKLOAD, workload.workload, name="workload"),
    path(f"{_WORKLOAD}use-cases/<slug:name>/", workload.use_case_describe, name="use_case_describe"),
    path(f"{_WORKLOAD}segments/<slug:name>/", workload.segment_describe, name="segment_describe"),
    path(f"{_WORKLOAD}import/", workload_files.workload_import, name="workload_import"),
    path(f"{_WORKLOAD}template.<slug:ending>", workload_files.workload_template, name="workload_template"),
    path(f"{_WORKLOAD}download.<slug:ending>", workload_files.workload_download, name="workload_download"),
    path(f"{_EVIDENCE}batches/", batches.batches, name="batches"),
    path(f"{_EVIDENCE}batches/add/", batches.batch_add, name="batch_add"),
    path(f"{_EVIDENCE}templates/<slug:kind>.<slug:ending>", batches.batch_template, name="batch_template"),
    path(_BATCH, batches.batch, name="batch"),
    path(f"{_BATCH}match/", batches.batch_match, name="batch_match"),
    path(f"{_BATCH}withdraw/", batches.batch_withdraw, name="batch_withdraw"),
    path(f"{_BATCH}to-mend.csv", batches.batch_bad_rows, name="batch_bad_rows"),
    path(f"{_BATCH}rows/", batches.batch_rows, name="batch_rows"),
    path(f"{_BATCH}rows.csv", batches.batch_rows_csv, name="batch_rows_csv"),
    path(_FORECAST, forecasts.forecast, name="forecast"),
    path(f"{_FORECAST}all/", forecasts.forecasts, name="forecasts"),
    path(f"{_FORECAST}ask/", forecasts.forecast_ask, name="forecast_ask"),
    path(f"{_FORECAST}<int:number>/", forecasts.forecast_number, name="forecast_number"),
    path(f"{_FORECAST}<int:number>/lock/", forecasts.forecast_lock, name="forecast_lock"),
    path(f"{_FORECAST}<int:number>/export.json", forecasts.forecast_export, name="forecast_export"),
]
