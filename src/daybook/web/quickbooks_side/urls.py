"""Addresses of the QuickBooks side."""

from django.urls import path

from daybook.web.quickbooks_side import views

app_name = "quickbooks_side"
urlpatterns = [
    path("", views.home, name="home"),
    path("<int:pk>/file/<slug:action>/", views.act_on_file, name="file"),
    path("<int:pk>/behaviour/<slug:action>/", views.behave, name="behaviour"),
    path("<int:pk>/<slug:kind>/", views.records, name="list"),
    path("<int:pk>/<slug:kind>/add/", views.add, name="add"),
    path("<int:pk>/<slug:kind>/<str:list_id>/", views.record, name="record"),
    path("<int:pk>/<slug:kind>/<str:list_id>/<slug:action>/", views.act_on_record, name="act"),
]
