"""The part of the Bot API's `Update` that the bot reads, to validate what comes in.

The bot ignores all other fields, so that a newer Bot API breaks nothing.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Int64 = Annotated[int, Field(ge=-(2**63), lt=2**63)]
MOST_NUMBER = 2**63 - 1
"""What the number of an update is below, so that the offset after it is a 64-bit integer."""
UpdateId = Annotated[int, Field(ge=0, lt=MOST_NUMBER)]
Moment = Annotated[int, Field(ge=0, lt=2**35)]
"""Unix time. `datetime` has no years after 9999."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore")


class _User(_Part):
    id: Int64
    is_bot: bool
    first_name: str
    language_code: str | None = None


class _Chat(_Part):
    id: Int64
    type: Literal["private", "group", "supergroup", "channel"]
    title: str | None = None
    is_forum: bool = False


class _Location(_Part):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class _Button(_Part):
    text: str
    callback_data: str | None = None


class _Keyboard(_Part):
    inline_keyboard: list[list[_Button]]


class _Message(_Part):
    """A `Message`, or the `InaccessibleMessage` under a button (`date` is 0)."""

    message_id: Int64
    date: Moment
    edit_date: Moment | None = None
    chat: _Chat
    from_user: _User | None = Field(None, alias="from")
    sender_chat: _Chat | None = None
    via_bot: _User | None = None
    text: str | None = None
    caption: str | None = None
    message_thread_id: Int64 | None = None
    is_topic_message: bool = False
    is_automatic_forward: bool = False
    media_group_id: str | None = None
    migrate_to_chat_id: Int64 | None = None
    migrate_from_chat_id: Int64 | None = None
    location: _Location | None = None
    reply_markup: _Keyboard | None = None
    reply_to_message: _Message | None = None


class _CallbackQuery(_Part):
    id: str
    from_user: _User = Field(alias="from")
    message: _Message | None = None
    data: str | None = None


class _InlineQuery(_Part):
    id: str
    from_user: _User = Field(alias="from")
    query: str
    offset: str


class _Member(_Part):
    status: str
    user: _User


class _MemberChange(_Part):
    chat: _Chat
    from_user: _User = Field(alias="from")
    date: Moment
    old_chat_member: _Member
    new_chat_member: _Member


class UpdateSchema(_Part):
    """An `Update`."""

    update_id: UpdateId
    message: _Message | None = None
    edited_message: _Message | None = None
    channel_post: _Message | None = None
    callback_query: _CallbackQuery | None = None
    inline_query: _InlineQuery | None = None
    my_chat_member: _MemberChange | None = None
