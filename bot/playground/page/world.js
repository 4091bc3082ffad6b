// What the page knows of the server's world, kept up to date by its events.

import { setNow } from "./time.js";

/** The place of messages without a topic in a forum. */
export const GENERAL = null;

/**
 * People, chats and messages. `on(kind, listener)` hears: "reset" (everything may have changed),
 * "message" and "edit" (message), "delete" (chat id, message id), "person" (user), "menu",
 * "clock", "typing" (chat id, thread id), "toast" (event).
 */
export class World {
  #listeners = new Map();

  constructor() {
    this.bot = null;
    this.users = new Map();
    this.chats = new Map();
    this.offset = 0;
  }

  on(kind, listener) {
    if (!this.#listeners.has(kind)) this.#listeners.set(kind, []);
    this.#listeners.get(kind).push(listener);
  }

  #tell(kind, ...given) {
    for (const listener of this.#listeners.get(kind) ?? []) listener(...given);
  }

  /** Take over the whole state (GET /play/state). */
  load(state) {
    this.bot = state.bot;
    this.users = new Map(state.users.map((user) => [user.id, user]));
    this.chats = new Map(
      state.chats.map((chat) => [
        chat.id,
        { ...chat, messages: new Map(chat.messages.map((one) => [one.message_id, one])) },
      ]),
    );
    this.#clock(state);
    this.#tell("reset");
  }

  /** Take over one event; false if it is about something unknown, so that the state is due. */
  apply(event) {
    const chat = this.chats.get(event.chat_id);
    switch (event.type) {
      case "message":
      case "edit":
        if (!chat) return false;
        chat.messages.set(event.message.message_id, event.message);
        this.#tell(event.type, event.message);
        return event.message.kind !== "service"; // people came or went: look again
      case "delete":
        chat?.messages.delete(event.message_id);
        this.#tell("delete", event.chat_id, event.message_id);
        return true;
      case "member":
        if (event.user_id === this.bot.id && this.users.has(event.chat_id)) {
          const user = this.users.get(event.chat_id);
          user.blocked = event.status === "kicked";
          this.#tell("person", user);
          return true;
        }
        return false;
      case "menu":
        this.bot = event.bot;
        this.#tell("menu");
        return true;
      case "clock":
        this.#clock(event);
        return true;
      case "typing":
      case "chat_action":
        this.#tell("typing", event.chat_id, event.thread_id ?? GENERAL);
        return true;
      case "toast":
        this.#tell("toast", event);
        return true;
      default:
        return true;
    }
  }

  #clock(view) {
    setNow(view.now);
    this.offset = view.clock_offset;
    this.#tell("clock");
  }

  /** The bot's name for a language. */
  botName(language) {
    return this.bot.name[language] || this.bot.name[""] || this.bot.username;
  }

  /** What the bot says of itself where nothing was written yet. */
  botDescription(language) {
    return this.bot.description?.[language] || this.bot.description?.[""] || "";
  }

  /** The chats of a person: the one with the bot, then groups and channels. */
  chatsOf(userId) {
    const shared = [...this.chats.values()].filter(
      (chat) => chat.type !== "private" && !chat.migrated_to && chat.members.includes(userId),
    );
    return [this.chats.get(userId), ...shared].filter(Boolean);
  }

  /** Whether a person may write into a chat: in a channel only its admins. */
  mayWrite(userId, chat) {
    return chat.type !== "channel" || (chat.admins ?? []).includes(userId);
  }

  /** The messages of a place, oldest first. */
  messagesAt(chat, threadId) {
    const all = [...chat.messages.values()];
    const here = chat.forum ? all.filter((one) => sameThread(one.thread_id, threadId)) : all;
    return here.sort((a, b) => a.message_id - b.message_id);
  }
}

/** Whether two thread ids name the same topic; the general topic has none, or 1. */
export function sameThread(a, b) {
  return (a || 1) === (b || 1);
}
