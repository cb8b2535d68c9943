import pytest

from stoppress.site.serving.reading_flow import ReadingFlow


class Transport:
    reading = True

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True


@pytest.fixture
def transport():
    return Transport()


@pytest.fixture
def flow(transport):
    return ReadingFlow(transport)


def test_a_waiting_application_does_not_release_held_data(flow, transport):
    flow.hold()
    flow.resume_reading()
    assert not transport.reading
    flow.release()
    assert transport.reading


def test_release_does_not_end_the_pause_for_the_application(flow, transport):
    flow.pause_reading()
    flow.hold()
    flow.release()
    assert not transport.reading
    flow.resume_reading()
    assert transport.reading


def test_read_on_ends_every_pause(flow, transport):
    flow.pause_reading()
    flow.hold()
    flow.read_on()
    assert transport.reading
