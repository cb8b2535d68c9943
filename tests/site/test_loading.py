"""Modules are loaded without the garbage collector, and some only when there is use for them."""

import gc
import os
import subprocess
import sys

import pytest

from stoppress.site.loading import uncollected


def test_the_collector_rests_in_the_block_alone():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_a_module_that_cannot_be_loaded_leaves_the_collector_at_work():
    with pytest.raises(ImportError), uncollected():
        raise ImportError
    assert gc.isenabled()


def test_the_http_client_is_loaded_only_for_a_request_to_another_server(tmp_path):
    code = (
        "import sys, django; django.setup();"
        "import stoppress.cli.doctor, stoppress.site.background.worker, stoppress.site.urls;"
        "print('aiohttp' in sys.modules)"
    )
    env = {"DJANGO_SETTINGS_MODULE": "stoppress.site.settings", "STOPPRESS_DATA": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=os.environ | env, capture_output=True, text=True)
    assert done.stdout == "False\n", done.stderr
