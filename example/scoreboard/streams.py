from stoppress import live

from .models import Match


@live.stream("scores", public=True)
def scores(limit):
    return Match.objects.order_by("-kickoff")[: limit + 1]
