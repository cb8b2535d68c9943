import pytest

from stoppress.live.models import Installation
from stoppress.site.serving import leaving


@pytest.mark.django_db(transaction=True)
def test_a_process_that_can_read_the_log_is_alive_and_ready(client):
    assert client.get("/healthz").content == b"ok\n"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (200, b"ready\n")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_without_the_log_it_is_alive_and_not_ready(client):
    there = Installation.objects.get()
    there.delete()
    try:
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
    finally:
        there.save(force_insert=True)
    assert (answer.status_code, answer.content) == (503, b"the database cannot be read\n")


@pytest.mark.django_db(transaction=True)
def test_only_get_and_head_are_allowed(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_a_probe_of_a_process_that_is_not_ready_is_no_error_in_the_log(client, monkeypatch, caplog):
    monkeypatch.setattr(leaving, "_ready", False)  # for this test alone
    answer = client.get("/readyz")
    assert (answer.status_code, answer.content) == (503, b"leaving\n")
    assert caplog.records == []
