import os

from django.core.asgi import get_asgi_application

from stoppress import live

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scoreboard.settings")
application = live.asgi(get_asgi_application())
