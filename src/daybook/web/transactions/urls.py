"""Addresses of the transaction browser."""

from django.urls import path

from daybook.web.transactions import cleaning, imports, views

app_name = "transactions"
urlpatterns = [
    path("", views.index, name="list"),
    path("bulk/", views.bulk, name="bulk"),
    path("imports/", imports.index, name="imports"),
    path("imports/<int:pk>/", imports.detail, name="import"),
    path("imports/<int:pk>/stop/", imports.stop, name="import_stop"),
    path("imports/<int:pk>/download/", imports.download, name="import_download"),
    path("imports/<int:pk>/support/", imports.support, name="import_support"),
    path("decisions/", imports.decisions, name="decisions"),
    path("decisions/fields/<int:pk>/", imports.settle, name="settle"),
    path("decisions/employees/<int:pk>/", imports.employee, name="employee"),
    path("clean-up/", cleaning.page, name="clean_up"),
    path("clean-up/download/", cleaning.download, name="clean_up_download"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/status/", views.status, name="status"),
    path("<int:pk>/download/", views.download, name="download"),
    path("<int:pk>/support/", views.support, name="support"),
    path("<int:pk>/<slug:action>/", views.act_on, name="act"),
]
