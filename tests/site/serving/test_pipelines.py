import asyncio

from stoppress.site.serving.pipelines import AT_ONCE, Pipelines


class Pipeline:
    def __init__(self, pipelines, further, served):
        self.pipelines, self.further, self.served = pipelines, further, served

    def go_on(self):
        self.served.append(self)
        self.further -= 1
        if self.further:
            self.pipelines.join(self)


async def test_a_few_connections_continue_in_each_turn_of_the_loop_one_after_another():
    served = []
    pipelines = Pipelines(asyncio.get_running_loop())
    waiting = [Pipeline(pipelines, 2, served) for _ in range(3 * AT_ONCE)]
    for pipeline in waiting:
        pipelines.join(pipeline)
    counts = []
    while len(served) < 2 * len(waiting):
        before = len(served)
        await asyncio.sleep(0)  # one turn of the loop
        counts.append(len(served) - before)
    assert max(counts) <= AT_ONCE
    assert served == waiting * 2


async def test_a_connection_that_rejoins_continues_once_in_each_turn_of_the_loop():
    served = []
    pipelines = Pipelines(asyncio.get_running_loop())
    pipelines.join(Pipeline(pipelines, 20, served))
    for turn in range(20):
        await asyncio.sleep(0)  # one turn of the loop
        assert len(served) == turn + 1


async def test_a_connection_that_fails_does_not_stop_the_others():
    class Failing(Pipeline):
        def go_on(self):
            raise RuntimeError

    loop, heard, served = asyncio.get_running_loop(), [], []
    loop.set_exception_handler(lambda loop, context: heard.append(context["exception"]))
    pipelines = Pipelines(loop)
    pipelines.join(Failing(pipelines, 1, served))
    other = Pipeline(pipelines, 1, served)
    pipelines.join(other)
    for _ in range(4):
        await asyncio.sleep(0)  # one turn of the loop
    assert served == [other]
    assert [type(error) for error in heard] == [RuntimeError]
