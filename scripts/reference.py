"""Write docs/reference.md from the code: signatures, docstrings, commands and system checks.

`reference.py` writes the page, `reference.py --check` fails if the page is out of date.
"""

import ast
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).resolve().parent.parent
LIVE = ROOT / "src/stoppress/live"
PAGE = ROOT / "docs/reference.md"

# Heading, the text below it, the prefix of the names in code, and names with their modules.
PARTS: list[tuple[str, str, str, dict[str, str]]] = [
    (
        "Streams",
        "Declared in the `streams` module of an app, which is loaded at the start.",
        "live.",
        {
            "stream": "publishing/registry.py",
            "snapshot": "publishing/snapshots.py",
            "Snapshot": "publishing/snapshots.py",
            "reading": "log/reading.py",
        },
    ),
    (
        "Publishing",
        "[Publishing](writing.md) explains what is published when.",
        "live.",
        {
            "LiveModel": "publishing/live_model.py",
            "LiveQuerySet": "publishing/queryset.py",
            "touch": "publishing/touch.py",
            "publish": "publishing/verbs.py",
            "apublish": "publishing/verbs.py",
            "remove": "publishing/verbs.py",
            "redact": "publishing/verbs.py",
            "retell": "publishing/verbs.py",
            "atomic": "log/transaction.py",
            "view": "publishing/view.py",
        },
    ),
    (
        "Serving and pages",
        "",
        "live.",
        {
            "asgi": "application.py",
            "shared_page": "shared_pages/decorator.py",
            "shows": "shared_pages/decorator.py",
        },
    ),
    (
        "Template tags",
        "After `{% load live %}`. [The client](client.md) explains the elements.",
        "",
        {
            "live_client": "templatetags/live.py",
            "live_meta": "templatetags/live.py",
            "live_feed": "templatetags/live.py",
            "live_build": "templatetags/live.py",
        },
    ),
    (
        "Errors",
        "",
        "live.",
        dict.fromkeys(
            ("LiveError", "UnknownStream", "InvalidItem", "InvalidView", "StreamBusy"), "errors.py"
        ),
    ),
    (
        "For tests: `stoppress.live.testing`",
        "",
        "",
        dict.fromkeys(
            (
                "capture_events",
                "assert_published",
                "assert_nothing_published",
                "assert_fresh",
                "wait_until_live",
                "LiveTestMixin",
            ),
            "testing.py",
        ),
    ),
    (
        "Python client: `stoppress.live.client`",
        'It needs `pip install "stop-press[client]"`.',
        "",
        dict.fromkeys(("Follower", "Refused", "back_off"), "client/follower.py"),
    ),
]

HEAD = """# Reference

All public names of `stoppress.live`, with their signatures, examples and errors. The page is made
from the code by `scripts/reference.py`. The settings are in [settings.md](settings.md), and the
protocol is in [protocol.md](protocol.md).
"""
# Methods of public classes that a site does not need.
OURS = {"live_model", "wire_item", "save_base", "delete"}
RUFF = Path(sys.executable).with_name("ruff")
SECTION = re.compile(r"^(Args|Attributes|Raises|Returns):$")
TITLES = {"Args": "Arguments", "Attributes": "Attributes", "Raises": "Errors", "Returns": "Returns"}

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def main() -> None:
    page = made()
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(page)
    elif PAGE.read_text() != page:
        sys.exit("docs/reference.md is not what the code says: run `python scripts/reference.py`.")


def made() -> str:
    """Return the page."""
    parts = [HEAD]
    for heading, said, prefix, names in PARTS:
        parts.append(f"## {heading}\n\n" + (f"{said}\n" if said else ""))
        for name, module in names.items():
            parts.append(entry(prefix, definition(LIVE / module, name)))
    parts.append(routes())
    parts.append(commands())
    parts.append(checks())
    page = re.sub(r"\n{3,}", "\n\n", "\n".join(parts)).rstrip() + "\n"
    return formatted(page, "--stdin-filename", str(PAGE))


def definition(module: Path, name: str) -> Definition:
    """Return the definition of a name: the last one, since overloads come before it."""
    body = ast.parse(module.read_text()).body
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return [node for node in body if isinstance(node, kinds) and node.name == name][-1]


def entry(prefix: str, node: Definition) -> str:
    """Return a name's heading, signature and docstring, and those of a class's methods."""
    doc = docstring(node)
    if not doc:
        sys.exit(f"{node.name} is public and has no docstring.")
    if isinstance(node, ast.ClassDef):
        bases = ", ".join(map(ast.unparse, node.bases))
        code = f"class {prefix}{node.name}" + (f"({bases})" if bases else "")
        methods = fields(node) + "".join(map(method, filter(is_public_method, node.body)))
    else:
        code, methods = signature(node, prefix), ""
    is_tag = any("register" in ast.unparse(each) for each in node.decorator_list)
    head = "" if is_tag else f"```python\n{code}\n```\n\n"
    return f"### `{prefix}{node.name}`\n\n{head}{markdown(doc)}\n{methods}"


def fields(node: ast.ClassDef) -> str:
    """Return the arguments of a class: those of `__init__`, or a dataclass's fields."""
    made = [each for each in node.body if getattr(each, "name", "") == "__init__"]
    listed = [ast.unparse(each) for each in node.body if isinstance(each, ast.AnnAssign)]
    if made and isinstance(made[0], ast.FunctionDef):
        made[0].args.args = made[0].args.args[1:]  # without self
        code = signature(made[0], "").replace("__init__", node.name).removesuffix(" -> None")
    elif any("dataclass" in ast.unparse(each) for each in node.decorator_list):
        code = "\n".join(listed)
    else:
        named = [ast.unparse(each) for each in node.body if isinstance(each, ast.Assign)]
        code = "\n".join(each for each in named if "staticmethod" in each)
    return f"\n```python\n{code}\n```\n" if code else ""


def is_public_method(node: ast.stmt) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    # Methods without a docstring are Django's own.
    return not node.name.startswith("_") and node.name not in OURS and bool(docstring(node))


def method(node: ast.stmt) -> str:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    if any(ast.unparse(each) == "property" for each in node.decorator_list):
        return f"\n`{node.name}`\n\n{markdown(docstring(node))}\n"
    node.args.args = node.args.args[1:]  # without self
    return f"\n```python\n{signature(node, '')}\n```\n\n{markdown(docstring(node))}\n"


def signature(node: ast.FunctionDef | ast.AsyncFunctionDef, prefix: str) -> str:
    """Return a signature as ruff formats it."""
    returns = ast.unparse(node.returns).strip("'") if node.returns else "None"
    # The source of a context manager is a generator.
    if any("contextmanager" in ast.unparse(each) for each in node.decorator_list):
        returns = re.sub(r"^Iterator\[(.*)\]$", r"AbstractContextManager[\1]", returns)
    is_async = "async " if isinstance(node, ast.AsyncFunctionDef) else ""
    code = f"{is_async}def {node.name}({ast.unparse(node.args)}) -> {returns}: ..."
    lines = formatted(code, "--line-length", "96")
    return lines.strip().removesuffix(": ...").replace("def ", prefix, 1)


def formatted(text: str, *options: str) -> str:
    """Return code, or a page with code, as ruff formats it."""
    done = subprocess.run(
        [RUFF, "format", *options, "-"], input=text, capture_output=True, text=True, check=True
    )
    return done.stdout


def docstring(node: Definition | ast.Module) -> str:
    """Return a docstring without the indentation of its code; empty without one.

    `ast.get_docstring` would also remove the indentation of an example.
    """
    raw = ast.get_docstring(node, clean=False) or ""
    margin = " " * node.body[0].col_offset
    return "\n".join(line.removeprefix(margin) for line in raw.splitlines()).strip()


def markdown(doc: str) -> str:
    """Return a docstring as Markdown: its code in fences, its sections as lists."""
    parts: list[str] = []
    for block in re.split(r"\n\n(?=\S)", doc):
        head, _, rest = block.partition("\n")
        if SECTION.match(head):
            parts.append(section(head.rstrip(":"), dedent(rest)))
            continue
        prose, *code = re.split(r"\n\n(?=    )", block, maxsplit=1)
        parts.append(" ".join(prose.split()) if not prose.startswith("    ") else "")
        if code:
            language = "django" if "{%" in code[0] and "live." not in code[0] else "python"
            parts.append(f"```{language}\n{dedent(code[0])}\n```")
    return "\n\n".join(filter(None, parts))


def section(name: str, text: str) -> str:
    """Return a section of a docstring as a list, an entry a line."""
    if name == "Returns":
        return f"Returns: {' '.join(text.split())}"
    entries = [" ".join(each.split()) for each in re.split(r"\n(?=\S)", text)]
    return f"{TITLES[name]}:\n\n" + "\n".join(f"- {listed(each)}" for each in entries)


def listed(text: str) -> str:
    """Return an entry of a section with its names as code."""
    names, colon, rest = text.partition(": ")
    if not colon:
        names = text.rstrip(".")
    return ", ".join(f"`{name}`" for name in names.split(", ")) + (f": {rest}" if colon else "")


def routes() -> str:
    """Return the text about the imports of a site with its own routing."""
    module = ast.parse((LIVE / "routing.py").read_text())
    names = next(
        ast.literal_eval(node.value)
        for node in module.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    return f"## Routes: `stoppress.live.routing`\n\n{markdown(docstring(module))}\n\n" + "".join(
        f"- `{name}`\n" for name in names
    )


def commands() -> str:
    """Return the management commands, each with its help text."""
    found = []
    for file in sorted((LIVE / "management/commands").glob("[a-z]*.py")):
        doc = docstring(ast.parse(file.read_text()))
        usage, _, said = doc.split("\n\n")[0].partition(": ")
        found.append(f"| {usage} | {' '.join(said.split())} |")
    return "## Commands\n\n`python manage.py …`\n\n| command | |\n|---|---|\n" + "\n".join(found)


def checks() -> str:
    """Return the system checks: each message by its id, with … for variable parts."""
    found: dict[str, list[str]] = {}
    for file in sorted(LIVE.rglob("*check*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"Error", "Warning"}:
                [name] = [ast.literal_eval(k.value) for k in node.keywords if k.arg == "id"]
                found.setdefault(name, []).append(message(node.args[0]))
    rows = [
        f"| `{name}` | {' '.join(dict.fromkeys(found[name]))} |"
        for name in sorted(found, key=lambda name: name[-3:])
    ]
    return (
        "\n## System checks\n\n`manage.py check` prints each with a hint that says what to do. "
        "E is an error, W a warning.\n\n| id | message |\n|---|---|\n" + "\n".join(rows)
    )


def message(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        pieces = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
        return "".join(map(str, pieces)).replace("|", "\\|")
    if isinstance(node, ast.BinOp):
        return message(node.left) + message(node.right)
    if isinstance(node, ast.Constant):
        return str(node.value).replace("|", "\\|")
    return "…"


if __name__ == "__main__":
    main()
