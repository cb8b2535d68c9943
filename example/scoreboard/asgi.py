import os

from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

from stoppress import live

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scoreboard.settings")
# Django's own way to serve static files is enough for an example; a site has a faster one.
application = live.asgi(ASGIStaticFilesHandler(get_asgi_application()))
