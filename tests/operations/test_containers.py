"""The nginx of the composition with several servers is the documented one."""

from .proxy import FILES, NAME


def without_comments(text: str) -> str:
    return "\n".join(
        line for line in text.splitlines() if line and not line.lstrip().startswith("#")
    )


def test_nginx_in_front_of_several_servers_differs_in_user_servers_and_paths_alone():
    text = (FILES / "nginx.conf").read_text()
    for old, new in {
        "user www-data;": "user nginx;",
        "server 127.0.0.1:8000;": "least_conn;\n"
        "        server server1:8000 fail_timeout=1s;\n"
        "        server server2:8000 fail_timeout=1s;",
        "$stoppress_connection;\n": "$stoppress_connection;\n"
        "        proxy_next_upstream error timeout http_503;\n",
        f"/etc/letsencrypt/live/{NAME}/": "/etc/nginx/tls/",
    }.items():
        text = text.replace(old, new)
    many = (FILES / "containers" / "nginx.many.conf").read_text()
    assert without_comments(many) == without_comments(text)
