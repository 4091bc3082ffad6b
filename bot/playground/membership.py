"""Coming and going: blocking, adding and removing the bot, admins, threads, supergroups."""

from __future__ import annotations

from bot.playground.methods.chats import member
from bot.playground.model import ADMINISTRATOR, KICKED, MEMBER, PRESENT, Chat, Json, User
from bot.playground.state import State


class Membership(State):
    """What changes who is where. Each act queues the updates that Telegram would send."""

    def block(self, user_id: int, blocked: bool = True) -> None:  # noqa: FBT001, FBT002
        """A person blocks or unblocks the bot: a my_chat_member update, and 403 from then on."""
        user = self.users[user_id]
        if user.blocked == blocked:
            return
        chat = self.chats[user_id]
        old, new = (MEMBER, KICKED) if blocked else (KICKED, MEMBER)
        user.blocked = blocked
        self._bot_changed(chat, user, old, new)

    def deactivate(self, user_id: int) -> None:
        """The account is deleted: 403 "user is deactivated", and no update."""
        self.users[user_id].deactivated = True
        self.changed()

    def add_bot(self, chat_id: int, by: int, status: str = MEMBER) -> None:
        """The bot is added to a chat, or its status there changes (member, administrator)."""
        chat, user = self.chats[chat_id], self.users[by]
        old = self.status(chat, self.bot.id)
        chat.members[self.bot.id] = status
        self._bot_changed(chat, user, old, status)
        if old not in PRESENT and chat.type in {"group", "supergroup"}:
            bot = self.bot.api()
            stored = self.post(chat, user, {"new_chat_members": [bot], "new_chat_member": bot})
            self.updates.add("message", stored.message)

    def remove_bot(self, chat_id: int, by: int, status: str = KICKED) -> None:
        """The bot is removed from a chat: kicked, or left."""
        chat, user = self.chats[chat_id], self.users[by]
        old = self.status(chat, self.bot.id)
        chat.members[self.bot.id] = status
        if chat.type != "channel":
            self.post(chat, user, {"left_chat_member": self.bot.api()})
        self._bot_changed(chat, user, old, status)

    def delete_chat(self, chat_id: int) -> None:
        """A group is deleted."""
        self.chats[chat_id].deleted = True
        self.changed()

    def set_admin(self, chat_id: int, user_id: int, admin: bool) -> None:  # noqa: FBT001
        """Make a person an admin of a chat, or a plain member again."""
        self.set_member(chat_id, user_id, ADMINISTRATOR if admin else MEMBER)

    def set_member(self, chat_id: int, user_id: int, status: str, by: int | None = None) -> None:
        """A person's status changes: they join, leave, are banned, become an admin."""
        chat, user = self.chats[chat_id], self.users[user_id]
        before = member(self, chat, user_id)
        chat.members[user_id] = status
        if self.is_admin(chat, self.bot.id):
            actor = self.users[by] if by is not None else user
            self.updates.add(
                "chat_member", self._change(chat, actor, before, member(self, chat, user_id))
            )
        arrived = before["status"] not in PRESENT and status in PRESENT
        departed = before["status"] in PRESENT and status not in PRESENT
        if chat.type != "channel" and (arrived or departed):
            content: Json = {"new_chat_members": [user.api()]}
            if departed:
                content = {"left_chat_member": user.api()}
            stored = self.post(chat, user, content)
            if self.present(chat, self.bot.id):
                self.updates.add("message", stored.message)
        self.emit("member", chat_id=chat_id, user_id=user_id, status=status)

    def close_thread(self, chat_id: int, thread_id: int, closed: bool = True) -> None:  # noqa: FBT001, FBT002
        """Close a topic of a forum, or open it again: a service message in it says so."""
        chat = self.chats[chat_id]
        chat.threads[thread_id].closed = closed
        event = "forum_topic_closed" if closed else "forum_topic_reopened"
        content = {event: {}, "message_thread_id": thread_id, "is_topic_message": True}
        user = self.users.get(next(iter(chat.members)), self.bot)
        stored = self.post(chat, user, content)
        if self.present(chat, self.bot.id):
            self.updates.add("message", stored.message)

    def delete_thread(self, chat_id: int, thread_id: int) -> None:
        """Delete a topic with its messages."""
        chat = self.chats[chat_id]
        del chat.threads[thread_id]
        for message_id, stored in list(chat.messages.items()):
            if stored.message.get("message_thread_id") == thread_id:
                del chat.messages[message_id]
                self.emit("delete", chat_id=chat_id, message_id=message_id)

    def migrate(self, group_id: int) -> int:
        """A group becomes a supergroup with a new id, which is returned.

        Calls for the old id are answered with `migrate_to_chat_id` from then on.
        """
        group = self.chats[group_id]
        new_id = self.next_supergroup_id()
        supergroup = Chat(new_id, "supergroup", group.title, members=dict(group.members))
        self.chats[new_id] = supergroup
        owner = next(iter(group.members))
        user = self.users.get(owner, self.bot)
        away = self.post(group, user, {"migrate_to_chat_id": new_id})
        group.migrated_to = new_id
        here = self.post(supergroup, user, {"migrate_from_chat_id": group_id})
        for stored in (away, here):
            self.updates.add("message", stored.message)
        self.emit("member", chat_id=new_id, user_id=self.bot.id, status=MEMBER)
        return new_id

    def _bot_changed(self, chat: Chat, actor: User, old: str, new: str) -> None:
        before, after = (member(self, chat, self.bot.id, status) for status in (old, new))
        self.updates.add("my_chat_member", self._change(chat, actor, before, after))
        self.emit("member", chat_id=chat.id, user_id=self.bot.id, status=new)

    def _change(self, chat: Chat, actor: User, before: Json, after: Json) -> Json:
        return {
            "chat": chat.api(),
            "from": actor.api(),
            "date": self.clock.unix(),
            "old_chat_member": before,
            "new_chat_member": after,
        }
