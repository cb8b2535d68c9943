"""A site's own library of template tags, with an inclusion tag."""

from django import template

register = template.Library()


@register.inclusion_tag("_flag")
def flag(word: str) -> dict[str, str]:
    return {"word": word}
