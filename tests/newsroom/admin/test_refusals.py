"""Two editors save one article at the same moment."""

from threading import Barrier, Thread

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from stoppress.newsroom.models import Article
from tests.newsroom.admin.editor import ARTICLES, filled
from tests.newsroom.desk import public

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_simultaneous_saves_is_refused_with_a_message():
    article = public()
    user = User.objects.create_superuser("ann", password="x")
    address = f"{ARTICLES}{article.pk}/change/"
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(user)
    forms = [filled(client.get(address).content.decode()) for client in clients]
    together = Barrier(2)
    answers: list[int] = []

    def save(client: Client, form: dict[str, str], headline: str) -> None:
        together.wait()
        response = client.post(address, {**form, "headline": headline, "_save": "x"})
        answers.append(response.status_code)
        connection.close()

    threads = [
        Thread(target=save, args=[client, form, f"By {n}"])
        for n, (client, form) in enumerate(zip(clients, forms, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 302]
    assert Article.objects.get().version == 3
