from stoppress.live.readers.limits.request_address import request_address


def test_a_request_is_counted_by_its_peer(rf, async_rf):
    assert request_address(rf.get("/", REMOTE_ADDR="192.0.2.1")) == "192.0.2.1"
    request = async_rf.get("/")
    request.scope["client"] = ("2001:db8::1", 5)
    assert request_address(request) == "2001:db8::/64"


def test_an_untrusted_client_cannot_name_another_address(rf, async_rf):
    forged = {"x-forwarded-for": "192.0.2.99"}
    assert request_address(rf.get("/", headers=forged, REMOTE_ADDR="198.51.100.1")) == (
        "198.51.100.1"
    )
    assert request_address(async_rf.get("/", headers=forged)) == "127.0.0.1"
