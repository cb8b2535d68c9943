from django.db import models

from stoppress import live


class Match(live.LiveModel):
    live_template = "_match.html"
    live_order = "-kickoff"

    home = models.CharField(max_length=60)
    away = models.CharField(max_length=60)
    score = models.CharField(max_length=12, default="0 : 0")
    kickoff = models.DateTimeField(auto_now_add=True)

    def live_streams(self):
        return ["scores"]
