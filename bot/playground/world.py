"""What people do: write, press buttons, ask inline, send odd things."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from bot.playground.formatting import TEXT_LIMIT, detected, formatted, trimmed
from bot.playground.membership import Membership
from bot.playground.model import Chat, Json, Stored, Toast, Upload, User

_PNG_DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0"
    "000003010100c9fe92ef0000000049454e44ae426082"
)
_ANONYMOUS = {
    "id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot",
}  # fmt: skip


class World(Membership):
    """The playground's world, driven from a test or from the page."""

    async def say(
        self,
        user_id: int,
        text: str,
        chat_id: int | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
        *,
        anonymous: bool = False,
    ) -> Json:
        """A person writes; gives the message. The private chat if `chat_id` is None.

        Writing to the bot after blocking it unblocks it first, as Telegram's "Restart" does. A
        text over 4096 units goes out as several messages, as Telegram's apps send it; the last
        one is returned. `anonymous`: an admin writes in the name of the group.

        Raises:
            ValueError: the person is not in that chat, or the text is empty.
        """
        text, _ = trimmed(text, [])
        if not text:
            raise ValueError("people send no empty messages")
        pieces = [text[at : at + TEXT_LIMIT] for at in range(0, len(text), TEXT_LIMIT)]
        for piece in pieces:
            content = _text(piece)
            if anonymous:
                content |= {"from": _ANONYMOUS, "sender_chat": self.chats[chat_id or 0].api()}
            html = escape(piece, quote=False)
            stored = self._write(user_id, content, chat_id, thread_id, reply_to, html)
        return stored.message

    async def send(
        self,
        user_id: int,
        content: Json,
        chat_id: int | None = None,
        thread_id: int | None = None,
        reply_to: int | None = None,
    ) -> Json:
        """A person sends any content: the fields of a Bot API Message, such as `sticker`.

        Raises:
            ValueError: the person is not in that chat.
        """
        html = escape(content.get("caption", ""), quote=False)
        return self._write(user_id, content, chat_id, thread_id, reply_to, html).message

    async def send_sticker(
        self, user_id: int, emoji: str = "🙂", chat_id: int | None = None
    ) -> Json:
        """A sticker."""
        file = self.files.add(Upload("sticker.webp", b"sticker", "image/webp"), "stickers")
        sticker = {
            **file.api(), "type": "regular", "width": 512, "height": 512,
            "is_animated": False, "is_video": False, "emoji": emoji,
        }  # fmt: skip
        return await self.send(user_id, {"sticker": sticker}, chat_id)

    async def send_voice(self, user_id: int, chat_id: int | None = None) -> Json:
        """A voice message."""
        file = self.files.add(Upload("voice.ogg", b"voice", "audio/ogg"), "voice")
        voice = {**file.api(), "duration": 3, "mime_type": "audio/ogg"}
        return await self.send(user_id, {"voice": voice}, chat_id)

    async def send_photo(
        self, user_id: int, caption: str = "", chat_id: int | None = None, album: str = ""
    ) -> Json:
        """A picture of one pixel; pictures of the same `album` belong together."""
        content = self.files.photo(Upload("photo.png", _PNG_DOT, "image/png"))
        if caption:
            content["caption"] = caption
        if album:
            content["media_group_id"] = album
        return await self.send(user_id, content, chat_id)

    async def send_document(
        self, user_id: int, name: str, data: bytes, chat_id: int | None = None
    ) -> Json:
        """A file."""
        upload = Upload(name, data, "application/octet-stream")
        return await self.send(user_id, self.files.document(upload), chat_id)

    async def forward(
        self, user_id: int, text: str, channel: str, chat_id: int | None = None
    ) -> Json:
        """A post forwarded from a channel that is called `channel`."""
        origin = {
            "type": "channel", "date": self.clock.unix(), "message_id": 1,
            "chat": {"id": -1_009_999_999_999, "type": "channel", "title": channel},
        }  # fmt: skip
        return await self.send(user_id, {**_text(text), "forward_origin": origin}, chat_id)

    async def edit(self, user_id: int, chat_id: int, message_id: int, text: str) -> Json:
        """A person edits a message of theirs.

        Raises:
            ValueError: it is not theirs.
        """
        chat = self.chats[chat_id]
        stored = chat.messages[message_id]
        if stored.sender_id != user_id:
            raise ValueError("people edit only their own messages")
        before = {name: value for name, value in stored.message.items() if name != "entities"}
        stored.message = {**before, **_text(text), "edit_date": self.clock.unix()}
        stored.html = escape(text, quote=False)
        if self._sees(chat, stored.message):
            self.updates.add("edited_message", stored.message)
        self.emit("edit", chat_id=chat_id, message=stored)
        return stored.message

    async def publish(self, chat_id: int, text: str) -> Json:
        """An admin of a channel publishes a post."""
        chat = self.chats[chat_id]
        stored = self.post(chat, None, _text(text), escape(text, quote=False))
        if self.present(chat, self.bot.id):
            self.updates.add("channel_post", stored.message)
        return stored.message

    async def press(
        self, user_id: int, chat_id: int, message_id: int, data: str, *, stale: bool = False
    ) -> str:
        """A person presses a callback button; gives the query's id (see `toast`).

        `stale` allows data that the message's keyboard does not have now, as a client that still
        shows an older keyboard would send.

        Raises:
            ValueError: the person is not there, or no such button.
        """
        chat, user = self._place(user_id, chat_id)
        stored = chat.messages[message_id]
        rows = stored.message.get("reply_markup", {}).get("inline_keyboard", [])
        shown = [button.get("callback_data") for row in rows for button in row]
        if data not in shown and not stale:
            raise ValueError(f"message {message_id} has no button {data!r}, only {shown}")
        query_id = self.next_query_id()
        query: Json = {
            "id": query_id, "from": user.api(), "chat_instance": str(chat.id), "data": data
        }  # fmt: skip
        if stored.inline_id is not None:
            query["inline_message_id"] = stored.inline_id
        else:
            query["message"] = stored.message
        self.callbacks[query_id] = (user_id, chat.id)
        self.updates.add("callback_query", query)
        self.changed()
        return query_id

    async def toast(self, query_id: str, timeout: float = 5.0) -> Toast:  # noqa: ASYNC109
        """The bot's answer to a pressed button.

        Raises:
            TimeoutError: the bot did not answer within `timeout` real seconds.
        """
        return await self.wait_for(lambda: self._toast(query_id), timeout)

    async def inline(
        self,
        user_id: int,
        query: str,
        offset: str = "",
        *,
        chat_type: str = "sender",
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> list[Json]:
        """A person types "@bot query" in any chat; gives the bot's results.

        Raises:
            TimeoutError: the bot did not answer within `timeout` real seconds.
        """
        answer = await self.inline_answer(
            user_id, query, offset, chat_type=chat_type, timeout=timeout
        )
        results: list[Json] = answer["results"]
        return results

    async def inline_answer(
        self,
        user_id: int,
        query: str,
        offset: str = "",
        *,
        chat_type: str = "sender",
        timeout: float = 5.0,  # noqa: ASYNC109
    ) -> Json:
        """As `inline`, with everything of answerInlineQuery (next_offset, button, …).

        Raises:
            TimeoutError: the bot did not answer within `timeout` real seconds.
        """
        query_id = self.next_query_id()
        self.inline_queries[query_id] = user_id
        asked = {
            "id": query_id, "from": self.users[user_id].api(), "query": query, "offset": offset,
            "chat_type": chat_type,
        }  # fmt: skip
        self.updates.add("inline_query", asked)
        return await self.wait_for(lambda: self.inline_answers.get(query_id), timeout)

    async def choose(self, user_id: int, chat_id: int, result: Json, query: str = "") -> Json:
        """A person chooses an inline result: it is written into a chat in their name.

        Raises:
            ValueError: the person is not in that chat, or the result is not text.
        """
        chat, user = self._place(user_id, chat_id)
        content = result.get("input_message_content", {})
        if "message_text" not in content:
            raise ValueError("only results with a text are simulated")
        text = formatted(
            content["message_text"], content.get("parse_mode"), content.get("entities")
        )
        message: Json = {"via_bot": self.bot.api(), "text": text.text}
        if text.entities:
            message["entities"] = text.entities
        if "reply_markup" in result:
            message["reply_markup"] = result["reply_markup"]
        stored = self.post(chat, user, message, text.html)
        chosen: Json = {"result_id": result["id"], "from": user.api(), "query": query}
        if "reply_markup" in result:
            stored.inline_id = f"inline{chat.id}_{stored.message['message_id']}"
            self.inline_messages[stored.inline_id] = (chat.id, stored.message["message_id"])
            chosen["inline_message_id"] = stored.inline_id
        if self.inline_feedback:
            self.updates.add("chosen_inline_result", chosen)
        if self._sees(chat, stored.message):
            self.updates.add("message", stored.message)
        return stored.message

    def _toast(self, query_id: str) -> Toast | None:
        found = (toast for toast in reversed(self.toasts) if toast.query_id == query_id)
        return next(found, None)

    def _place(self, user_id: int, chat_id: int) -> tuple[Chat, User]:
        chat, user = self.chats[chat_id], self.users[user_id]
        if not self.present(chat, user_id):
            raise ValueError(f"{user.name} is not in chat {chat_id}")
        return chat, user

    def _write(
        self,
        user_id: int,
        content: Json,
        chat_id: int | None,
        thread_id: int | None,
        reply_to: int | None,
        html: str,
    ) -> Stored:
        chat, user = self._place(user_id, user_id if chat_id is None else chat_id)
        if chat.type == "private":
            self.block(user_id, blocked=False)
            user.started = True
        extra: Json = {}
        if thread_id is not None:
            if thread_id not in chat.threads:
                raise ValueError(f"chat {chat.id} has no thread {thread_id}")
            extra = {"message_thread_id": thread_id, "is_topic_message": True}
        if reply_to is not None:
            target = dict(chat.messages[reply_to].message)
            target.pop("reply_to_message", None)
            extra["reply_to_message"] = target
        stored = self.post(chat, user, {**extra, **content}, html)
        if self._sees(chat, stored.message):
            self.updates.add("message", stored.message)
        return stored

    def _sees(self, chat: Chat, message: Json) -> bool:
        """Privacy mode (core.telegram.org/bots/features): what the bot gets of a group's talk."""
        if chat.type == "private":
            return True
        if not self.present(chat, self.bot.id):
            return False
        if self.can_read_all or self.is_admin(chat, self.bot.id) or "via_bot" in message:
            return True
        replied = message.get("reply_to_message", {}).get("from", {}).get("id")
        return replied == self.bot.id or self._named(_marks(message))

    def _named(self, marks: Sequence[tuple[str, str]]) -> bool:
        name = f"@{self.bot.username}".lower()
        for kind, text in marks:
            if kind == "bot_command" and ("@" not in text or text.lower().endswith(name)):
                return True
            if kind == "mention" and text.lower() == name:
                return True
        return False


def _text(text: str) -> Json:
    content: Json = {"text": text}
    if entities := detected(text, []):
        content["entities"] = entities
    return content


def _marks(message: Json) -> list[tuple[str, str]]:
    wide = message.get("text", "").encode("utf-16-le")
    return [
        (
            entity["type"],
            wide[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode(
                "utf-16-le"
            ),
        )
        for entity in message.get("entities", ())
    ]
