from stoppress import live

from .models import Match


@live.stream("scores", public=True)
def scores(limit):
    return [match.live_item() for match in Match.objects.order_by("-kickoff")[: limit + 1]]
