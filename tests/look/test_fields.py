"""Fields as the design draws them: words, not asterisks; errors that are found by ear and eye."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.template import Context, Template


class VisitForm(forms.Form):
    place = forms.CharField(label="走访地点", help_text="写到村民小组")
    phone = forms.CharField(label="联系电话", required=False, min_length=11)
    kind = forms.ChoiceField(
        label="走访类型", choices=[("a", "困难家庭"), ("b", "单亲母亲")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="本人同意", required=False)

    def clean(self):
        if self.cleaned_data.get("kind") == "b":
            raise forms.ValidationError("这一户本月已经记过。")


def drawn(form):
    source = "{% load fields %}{% error_summary form %}{% for f in form %}{% field f %}{% endfor %}"
    return Template(source).render(Context({"form": form}))


class Attributes(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.by_id = {}
        self.links = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if "id" in found:
            self.by_id[found["id"]] = found
        if tag == "a":
            self.links.append(found["href"])


def test_required_and_optional_are_said_in_words():
    page = drawn(VisitForm())
    assert page.count("必填") == 2
    assert page.count("选填") == 1
    assert "esum" not in page


def test_a_refused_field_is_marked_and_names_its_error_and_its_hint():
    page = Attributes(drawn(VisitForm({"phone": "1390000", "kind": "a"})))
    place = page.by_id["id_place"]
    assert place["aria-invalid"] == "true"
    for described in place["aria-describedby"].split():
        assert described in page.by_id


def test_the_summary_counts_the_places_and_links_to_each():
    text = drawn(VisitForm({"phone": "1390000", "kind": "a"}))
    page = Attributes(text)
    assert "还有 2 处需要改一下" in text
    assert page.links == ["#id_place", "#id_phone"]
    assert all(link[1:] in page.by_id for link in page.links)


def test_an_error_of_the_whole_form_is_shown_once_and_in_the_count():
    text = drawn(VisitForm({"place": "红豆村", "kind": "b"}))
    assert text.count("这一户本月已经记过。") == 1
    assert "还有 1 处需要改一下" in text


def test_the_chosen_box_is_marked_for_the_eye():
    text = drawn(VisitForm({"place": "红豆村", "kind": "a"}))
    assert text.count('<label class="on">') == 1


@pytest.mark.parametrize("typed", ['"><script>x</script>', "<b>红豆村</b>"])
def test_what_was_typed_comes_back_escaped(typed):
    assert typed not in drawn(VisitForm({"place": typed}))
