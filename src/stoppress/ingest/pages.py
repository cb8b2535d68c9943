"""Normalise addresses, so that all spellings of a page's address are equal. Pure."""

import re
from collections.abc import Callable
from contextlib import suppress
from posixpath import normpath
from urllib.parse import SplitResult, unquote, urlsplit

# Parameters that only track: they identify the reader or the moment, never the page.
TRACKING = {
    *("cmp", "cmpid", "icid", "intcid", "ncid", "ocid", "ito", "mbid", "ftag", "xtor", "taid"),
    *("referer", "referrer", "smid", "smtyp", "mkt_tok", "guccounter", "_openstat", "echobox"),
    *("gclid", "gclsrc", "dclid", "gbraid", "wbraid", "fbclid", "msclkid", "yclid", "twclid"),
    *("igshid", "ttclid", "srsltid", "clickid", "adid", "bannerid", "campaignid", "trackid"),
    *("sid", "session", "sessionid", "session_id", "phpsessid", "jsessionid", "cfid", "cftoken"),
    *("visitorid", "clientid", "placementid", "zoneid", "affid", "__twitter_impression"),
    *("_", "cb", "cachebuster", "nocache", "rand", "random", "rnd", "ts", "timestamp", "_t"),
    *("amp", "outputtype", "emc", "intcmp", "_ga", "igsh", "s_cid", "feedtype", "feedname"),
    *("spref", "iref", "eref", "expires", "policy", "key-pair-id", "awsaccesskeyid", "_gl"),
    *("li_fat_id", "s_kwcid", "epik", "ef_id", "irclickid", "irgwc", "rb_clickid", "rdt_cid"),
    *("tblci", "wickedid", "zanpid", "yadclid", "ysclid", "fbadid", "oft_id", "mkwid", "_kx"),
    *("ref_src", "ref_url", "reflink", "xtref", "traffic_source", "sr_share", "sharetoken"),
    *("sfnsn", "mibextid", "wprov", "ftcamp", "gepc", "sref", "srnd", "itid", "wpisrc", "wpmm"),
    *("tpcc", "esrc", "bxid", "cndid", "emci", "emdi", "ceid", "hootpostid", "leadsource"),
    *("ml_subscriber", "ml_subscriber_hash", "nr_email_referer", "dm_i", "__s", "sc_src"),
    *("sc_campaign", "unlocked_article_code"),
}
# These only track too, unless the value is a number, which may be that of a page.
DOUBTFUL = {
    *("cid", "uid", "userid", "ref", "source", "partner", "feed", "rss", "campaign"),
    *("token", "nonce", "hash", "sig", "signature", "mod", "from", "via", "campaign_id", "src"),
    *("share", "feature", "partnerid", "sourceid", "campaign_name", "user_id", "tid"),
}
TRACKING_FAMILIES = (
    *("utm_", "at_", "mc_", "hsa_", "pk_", "mtm_", "matomo_", "piwik_", "oly_", "vero_", "_hs"),
    *("ns_", "guce_", "wt_", "wt.", "ga_", "fb_", "trk", "spm", "aspsession", "__hs", "dicbo"),
    *("x-amz-", "x-goog-", "itm_", "cm_mm", "cm_ve", "cx_", "soc_", "pf_rd_", "elqt", "hscta"),
    *("_branch_",),
)
# The only parameters of one letter that identify a page of another site.
NAMING_LETTERS = {"p", "q", "v", "t", "f"}
A_MOMENT = re.compile(r"1\d{9}(?:\d{3})?")  # in seconds or milliseconds since 1970
DRAWN = re.compile(r"[A-Za-z0-9]{16,}")  # a signature or random, if letters and digits are mixed
# Parameters that identify a picture; "t" or "v" is the time of its last change.
NAMING_A_PICTURE = {
    *("p", "f", "file", "filename", "name", "path", "image", "img", "photo", "picture", "src"),
    *("url", "u", "key", "no", "nr", "number"),
}
# An address in one of these parameters is the target of a redirect.
SENT_ON = {
    *("url", "u", "to", "target", "dest", "destination", "goto", "redirect", "redirect_url"),
    *("redirect_to", "link", "adurl", "murl", "out"),
}
# At these paths, the page is about the address and does not redirect to it.
SHARED = re.compile(r"(?:^|/)(?:sharer?|login|signin|translate|comments?)(?=[/.]|$)", re.I)
# Google's redirects have their target in `q`, at this path only: elsewhere `q` is a search.
SENT_ON_BY_GOOGLE = "/url"
MOST_TURNS = 3
LONGEST_HOST = 253
# Host prefixes for kinds of devices, and numbered hosts that serve the same files.
FRONT = re.compile(r"^(?:www\d*|m|mobile|amp|wap|touch)\.(?=[^.]+\.)")
NUMBERED = re.compile(
    r"^((?:cdn|img|images?|static|media|assets|edge|web|lb|node|srv|server|app|origin|cache)-?)\d+"
    r"(?=\.[^.]+\.)"
)
SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sessionid|sid)=[^/;]*", re.I)
AMP_IN_PATH = re.compile(r"^/amp(?=/.)|/amp/?$|\.amp(?=\.html?$|$)", re.I)
INDEX = re.compile(r"/index\.(?:html?|php)$", re.I)
# Percent-encoded, these characters mean the same (RFC 3986, section 2.3).
UNRESERVED = re.compile(r"%(?:2[de]|3\d|[46][1-9a-f]|[57][\da]|5f|7e)", re.I)
BEYOND_ASCII = re.compile(r"(?:%[89a-f][0-9a-f])+", re.I)
# A script serves many pages, which only a parameter can identify.
SCRIPT = re.compile(r"\.(?:php\d?|aspx?|jsp|cfm?|cgi|pl)$|^/?$", re.I)
A_NUMBER = re.compile(r"(?!utm_)\w*(?:id|session)=\d{1,9}", re.I)
EMPTY_FRAGMENTS = {"", "rss", "feed", "ref", "top"}
COUNTED_PARAMETER = re.compile(
    r"(?:v|ver|version|rev|revision|edit)=\d{1,4}|(?:v|updated?|lastmod|modified)=\d{8,14}", re.I
)
COUNTED_FRAGMENT = re.compile(r"(?:(?:v|ver|version|rev|revision|edit)[=._-]?)?\d{1,4}", re.I)
# Paths of advertisements on a site's own host.
FOR_ADVERTS = re.compile(r"/(?:ads?|adclick|adserver?|adview|banners?)(?=/|\.\w+$|$)", re.I)
# Hosts of advertisers. Those of the first line may be a whole domain; the others only a subdomain.
SELLING = re.compile(
    r"(?:^|\.)(?:ads|adserver|adservice|adclick|doubleclick|googlesyndication|googleadservices"
    r"|feedads|feedburner|feedsportal|buysellads|taboola|outbrain|criteo)\d*\.[^.]"
    r"|(?:^|\.)(?:ad|adx|clicks?|clk|track|tracking|trk)\d*\.[^.]+\."
)


def page(address: str, doubtful: bool = False) -> str:
    """Return an address without scheme, `www.` and the like, tracking and session.

    All addresses of one page give the same result.

    Args:
        doubtful: keep parameters that usually track but sometimes identify the page.
    """
    parts = _sent_on(address)
    return address if parts is None else _written(parts, _may_tell if doubtful else _tells)


def without_count(page: str) -> str:
    """Return a page's address without a count of edits, such as `?v=2` or `#3`."""
    before, _, fragment = page.partition("#")
    path, _, query = before.partition("?")
    pairs = [pair for pair in query.split("&") if pair and not COUNTED_PARAMETER.fullmatch(pair)]
    kept = path + ("?" + "&".join(pairs) if pairs else "")
    return kept if not fragment or COUNTED_FRAGMENT.fullmatch(fragment) else f"{kept}#{fragment}"


def target(address: str, own_site: str = "") -> str:
    """Return the target of a link in a text, without the parts that are not news.

    Kept are:

    - of the text's own site: every parameter that is not known to track
    - of other sites: of these, no single letters, and no values that look like a time, a signature
      or random text, since advertisements vary in these
    - of an advertiser: nothing

    Args:
        own_site: the site of the text, as `site_of` returns it.
    """
    parts = _sent_on(address)
    if parts is None:
        return address
    if sells(address):
        return "advertisement"
    if FOR_ADVERTS.search(parts.path):
        return _written(parts, _nothing)
    return _written(parts, _tells if site(parts) == own_site else _names)


def picture(address: str) -> str:
    """Return a picture's address without host and size."""
    parts = _split(address)
    if parts is None:
        return address
    return parts.path + _query(parts.query, _names_a_picture)


def site_of(address: str) -> str:
    """Return the site of an address; empty if it has none."""
    parts = _split(address)
    return site(parts) if parts else ""


def site(parts: SplitResult) -> str:
    """Return a host without prefixes for devices and numbers of machines."""
    host = parts.netloc.lower().rpartition("@")[2]
    host = host.removesuffix(":80" if parts.scheme.lower() == "http" else ":443")
    if not host.isascii() and len(host) <= LONGEST_HOST:
        with suppress(UnicodeError):  # then it is not a valid host name
            host = host.encode("idna").decode()
    return NUMBERED.sub(r"\1", FRONT.sub("", FRONT.sub("", host.removesuffix("."))))


def sells(address: str) -> bool:
    """Return whether the host of an address sells advertisements or counts readers."""
    parts = _split(address)
    return parts is not None and SELLING.search(parts.netloc.lower()) is not None


def _sent_on(address: str) -> SplitResult | None:
    parts = _split(address)
    for _ in range(MOST_TURNS):
        if parts is None or SHARED.search(parts.path):
            break
        pairs = [pair.partition("=") for pair in _pairs(parts.query)]
        if any(name.lower() == "id" for name, _, _ in pairs):  # a page of its own, not a redirect
            break
        names = SENT_ON | ({"q"} if parts.path == SENT_ON_BY_GOOGLE else set())
        further = (_split(unquote(value)) for name, _, value in pairs if name.lower() in names)
        found = next((each for each in further if each and each.netloc and each.scheme), None)
        if found is None:
            break
        parts = found
    return parts


def _split(address: str) -> SplitResult | None:
    try:
        return urlsplit(address)
    except ValueError:  # such as "http://[::1"
        return None


def _written(parts: SplitResult, keep: Callable[[str], bool]) -> str:
    path = AMP_IN_PATH.sub("", SESSION_IN_PATH.sub("", parts.path))
    path = normpath("/" + _with_letters(path).lstrip("/"))  # no "//", "." or ".." in it
    path = INDEX.sub("/", path).rstrip("/") or "/"
    fragment = parts.fragment
    if "=" in fragment:
        fragment = _query(fragment, _tells).removeprefix("?")
    if fragment.lower() in EMPTY_FRAGMENTS or fragment.startswith(":~:"):
        fragment = ""
    query = _query(parts.query, keep)
    if not query and keep is not _nothing and SCRIPT.search(path):
        query = _query(parts.query, lambda pair: A_NUMBER.fullmatch(pair) is not None)
    return site(parts) + path + query + (f"#{fragment}" if fragment else "")


def _with_letters(written: str) -> str:
    """Return a part of an address with its percent-encoded letters decoded."""
    return BEYOND_ASCII.sub(_letters, UNRESERVED.sub(lambda found: unquote(found[0]), written))


def _letters(found: re.Match[str]) -> str:
    try:
        return unquote(found[0], errors="strict")
    except UnicodeDecodeError:  # not UTF-8
        return found[0].upper()


def _query(query: str, keep: Callable[[str], bool]) -> str:
    """Return a query with the pairs to keep, sorted."""
    kept = sorted(filter(keep, map(_with_letters, _pairs(query))))
    return "?" + "&".join(kept) if kept else ""


def _pairs(query: str) -> list[str]:
    return [pair.removeprefix("amp;") for pair in query.lstrip("?").split("&") if pair]


def _nothing(pair: str) -> bool:
    return False


def _tells(pair: str) -> bool:
    name, _, value = pair.partition("=")
    return _may_tell(pair) and (name.lower() not in DOUBTFUL or value.isdecimal())


def _may_tell(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name not in TRACKING and not name.startswith(TRACKING_FAMILIES)


def _names(pair: str) -> bool:
    name, equals, value = pair.partition("=")
    name = name.lower()
    if not equals or not _tells(pair) or name.endswith("id"):
        return _tells(pair)
    if name in DOUBTFUL or (len(name) == 1 and name not in NAMING_LETTERS):
        return False
    return not (A_MOMENT.fullmatch(value) or any(map(_is_mixed, DRAWN.findall(value))))


def _is_mixed(run: str) -> bool:
    return not run.isalpha() and not run.isdecimal()


def _names_a_picture(pair: str) -> bool:
    name = pair.partition("=")[0].lower()
    return name in NAMING_A_PICTURE or (name.endswith("id") and _tells(pair))
