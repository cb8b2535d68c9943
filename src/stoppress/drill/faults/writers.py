"""Many writers at once."""

from stoppress.drill.stage import Stage

WRITERS = 16


def write_at_once(stage: Stage) -> None:
    """Let 16 writers publish at the same time, with random delays within their transactions."""
    deployment = stage.deploy()
    audience = stage.seat(deployment)
    press = stage.publish(deployment, "--writers", str(WRITERS), "--delay", "0.01")
    stage.settle(deployment, audience, press.finish())
    for name, history in deployment.histories().items():
        places = [int(cursor.partition("-")[0]) for cursor in history.cursors]
        whole = places == list(range(len(places)))
        stage.outcome.require(whole, f"{name} has a gap in its positions")
