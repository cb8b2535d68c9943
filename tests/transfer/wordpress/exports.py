"""Makes exports of WordPress (WXR 1.2), as its own exporter writes them."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

SITE = "https://old.example"
HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<!-- generator="WordPress/6.5.4" created="2024-06-10 12:29" -->
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
"""
ANNA, BEN = ("2", "anna", "Anna Lee"), ("3", "ben", "Ben Okri")
Meta = Mapping[str, str]


def cdata(text: str) -> str:
    return f"<![CDATA[{text.replace(']]>', ']]]]><![CDATA[>')}]]>"


def export(*items: str, authors: Iterable[tuple[str, str, str]] = (ANNA, BEN)) -> str:
    """Return an export with some items."""
    written = "".join(
        f"<wp:author><wp:author_id>{number}</wp:author_id>"
        f"<wp:author_login>{cdata(login)}</wp:author_login>"
        f"<wp:author_display_name>{cdata(name)}</wp:author_display_name></wp:author>"
        for number, login, name in authors
    )
    return (
        f"{HEAD}<channel><title>The Old Paper</title><link>{SITE}</link>"
        f"<language>en-GB</language><wp:base_blog_url>{SITE}</wp:base_blog_url>"
        f"{written}{''.join(items)}</channel></rss>"
    )


def saved(folder: Path, *items: str) -> Path:
    """Save an export in a folder."""
    file = folder / "paper.xml"
    file.write_text(export(*items))
    return file


def meta(values: Meta, of: str = "post") -> str:
    return "".join(
        f"<wp:{of}meta><wp:meta_key>{cdata(key)}</wp:meta_key>"
        f"<wp:meta_value>{cdata(value)}</wp:meta_value></wp:{of}meta>"
        for key, value in values.items()
    )


def post(
    id_: int,
    title: str = "Bridge opens",
    content: str = "It opened today.",
    *,
    date: str = "2020-05-03 10:00:00",
    status: str = "publish",
    type_: str = "post",
    creator: str = "anna",
    excerpt: str = "",
    password: str = "",
    terms: Iterable[tuple[str, str, str]] = (),
    values: Meta | None = None,
    attachment: str = "",
    parent: int = 0,
    comments: str = "",
) -> str:
    """Return an item. Its terms are domain, slug and name."""
    categories = "".join(
        f"<category domain={quoteattr(domain)} nicename={quoteattr(slug)}>{cdata(name)}</category>"
        for domain, slug, name in terms
    )
    gmt = "0000-00-00 00:00:00" if status == "draft" else date
    file = f"<wp:attachment_url>{cdata(attachment)}</wp:attachment_url>" if attachment else ""
    return (
        f"<item><title>{cdata(title)}</title><link>{link(id_)}</link>"
        f"<dc:creator>{cdata(creator)}</dc:creator>"
        f'<guid isPermaLink="false">{SITE}/?p={id_}</guid>'
        f"<content:encoded>{cdata(content)}</content:encoded>"
        f"<excerpt:encoded>{cdata(excerpt)}</excerpt:encoded>"
        f"<wp:post_id>{id_}</wp:post_id><wp:post_date>{date}</wp:post_date>"
        f"<wp:post_date_gmt>{gmt}</wp:post_date_gmt><wp:post_name>post-{id_}</wp:post_name>"
        f"<wp:status>{status}</wp:status><wp:post_parent>{parent}</wp:post_parent>"
        f"<wp:post_type>{type_}</wp:post_type><wp:post_password>{escape(password)}"
        f"</wp:post_password><wp:is_sticky>0</wp:is_sticky>{file}{categories}"
        f"{meta(values or {})}{comments}</item>"
    )


def link(id_: int) -> str:
    return f"{SITE}/2020/05/post-{id_}/"


def picture(id_: int, name: str, *, alt: str = "", caption: str = "", parent: int = 0) -> str:
    """Return the item of an attachment, the file `2020/05/<name>` of the site's uploads."""
    return post(
        id_,
        name,
        "",
        status="inherit",
        type_="attachment",
        excerpt=caption,
        parent=parent,
        attachment=uploaded(name),
        values={"_wp_attached_file": f"2020/05/{name}", "_wp_attachment_image_alt": alt},
    )


def uploaded(name: str) -> str:
    return f"{SITE}/wp-content/uploads/2020/05/{name}"


def entry(
    id_: int,
    content: str,
    *,
    at: str = "10:00:00",
    author: str = "Anna Lee",
    approved: str = "liveblog",
    type_: str = "liveblog",
    values: Meta | None = None,
) -> str:
    """Return a comment: an entry of the plugin Liveblog, of 3 May 2020."""
    return (
        f"<wp:comment><wp:comment_id>{id_}</wp:comment_id>"
        f"<wp:comment_author>{cdata(author)}</wp:comment_author>"
        f"<wp:comment_author_email>{cdata('a@old.example')}</wp:comment_author_email>"
        f"<wp:comment_date>2020-05-03 {at}</wp:comment_date>"
        f"<wp:comment_date_gmt>2020-05-03 {at}</wp:comment_date_gmt>"
        f"<wp:comment_content>{cdata(content)}</wp:comment_content>"
        f"<wp:comment_approved>{approved}</wp:comment_approved>"
        f"<wp:comment_type>{type_}</wp:comment_type><wp:comment_parent>0</wp:comment_parent>"
        f"<wp:comment_user_id>2</wp:comment_user_id>{meta(values or {}, 'comment')}</wp:comment>"
    )


def change(id_: int, of: int, content: str, *, at: str = "11:00:00") -> str:
    """Return the comment that changes an entry; without content it deletes it."""
    return entry(id_, content, at=at, values={"liveblog_replaces": str(of)})
