"""The recipe's consumer: adds each reader's channel to one group."""

from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from benchmarks.article import compact

from .models import READERS, Article


class NewsConsumer(AsyncJsonWebsocketConsumer):
    async def connect(self) -> None:
        await self.channel_layer.group_add(READERS, self.channel_name)
        await self.accept()
        latest = await self.latest_article()
        if latest:
            await self.send_json(latest.as_json())

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(READERS, self.channel_name)

    async def article_published(self, event: dict[str, Any]) -> None:
        await self.send_json(event["article"])

    @database_sync_to_async
    def latest_article(self) -> Article | None:
        return Article.objects.order_by("-pub_date").first()

    @classmethod
    async def encode_json(cls, content: dict[str, object]) -> str:
        # Without spaces, as every other server under test sends it.
        return compact(content)
