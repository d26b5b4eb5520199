"""The forms of accounts and groups."""

from django import forms

from daybook.people import queries
from daybook.people.models import ManagementGroup, SecurityGroup
from daybook.people.rights import Right
from daybook.people.shipped import EVERYONE


class UserForm(forms.Form):
    """A person who signs in, and that person's key rings."""

    name = forms.CharField(label="Name", max_length=100)
    email = forms.EmailField(label="E-mail", max_length=254, help_text="The person signs in with it.")
    groups = forms.ModelMultipleChoiceField(
        SecurityGroup.objects.all(),
        label="Security groups",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The person may do what any of these allows.",
    )
    management_group = forms.ModelChoiceField(
        ManagementGroup.objects.all(), label="Management group", required=False, empty_label="None"
    )
    is_active = forms.BooleanField(label="Can sign in", required=False, initial=True)


def everyone() -> list[int]:
    """The group a new person has."""
    return list(SecurityGroup.objects.filter(name=EVERYONE).values_list("pk", flat=True))


def _told(right: Right) -> str:
    """A right by number and name, and what it allows where the name does not say it already."""
    name = f"{right.number} {right.label}"
    return name if right.sentence == f"{right.label}." else f"{name}: {right.sentence}"


class GroupForm(forms.Form):
    """A security group and its rights."""

    name = forms.CharField(label="Name", max_length=60)
    description = forms.CharField(label="What it is for", max_length=200, required=False)
    rights = forms.MultipleChoiceField(
        label="Rights",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(right.value, _told(right)) for right in Right],
    )


class ManagementGroupForm(forms.Form):
    """A management group and its managers."""

    name = forms.CharField(label="Name", max_length=60)
    managers = forms.ModelMultipleChoiceField(
        queries.people(), label="Managers", required=False, widget=forms.CheckboxSelectMultiple
    )
