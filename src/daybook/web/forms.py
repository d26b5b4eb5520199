"""Forms in the look of Daybook, those of libraries too."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Renders `{{ form }}` and `{{ field.as_field_group }}` with our templates."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
