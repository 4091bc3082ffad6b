// One person's phone: who it is, the chats to switch between, the messages, the composer.

import { post } from "./api.js";
import { ChatTabs } from "./chats.js";
import { Composer } from "./composer.js";
import { alertBox, chooseChat, toast } from "./dialogs.js";
import { avatar, el, icon } from "./dom.js";
import { inside } from "./links.js";
import { MessageList } from "./messages.js";
import { wordsFor } from "./words.js";
import { GENERAL, sameThread } from "./world.js";

const TYPING_MS = 5000; // Bot API, sendChatAction: five seconds or until a message arrives

/** A column of the page. `heard(phone)` is called when unread messages come or go. */
export class Phone {
  #typing = 0;
  #pressing = 0;

  constructor(world, user, heard) {
    this.world = world;
    this.user = user;
    this.words = wordsFor(user.language_code);
    this.heard = heard;
    this.open = { chatId: user.id, threadId: GENERAL };
    this.unread = new Map();
    this.visible = true;
    this.actions = {
      press: (message, button, element) => this.#press(message, button, element),
      copy: (text) => this.#copy(text),
      follow: (event, url) => this.#follow(event, url),
      inline: (button) => this.#switchInline(button),
      answer: (message) => this.composer.answer(message),
      edit: (message) => this.composer.edit(message),
      show: (id) => this.messages.reveal(id),
      grown: () => this.messages.grown(),
    };
    this.#build();
    this.show(this.open.chatId, this.open.threadId);
  }

  // What bubbles and composer ask of the phone.

  bot = () => this.world.bot;
  botName = () => this.world.botName(this.words.tag);
  botDescription = () => this.world.botDescription(this.words.tag);
  find = (id) => this.#chat().messages.get(id) ?? null;
  fallbackFocus = () => this.composer.focusable;
  complain = (error) => toast(this.toasts, error.message || String(error));
  nameOf = (chat) => (chat.type === "private" ? this.botName() : chat.title);

  place = () => {
    const chat = this.#chat();
    const thread = chat.threads.find((one) => one.id === this.open.threadId);
    return {
      chat, threadId: this.open.threadId, empty: this.#here().length === 0,
      mayWrite: this.world.mayWrite(this.user.id, chat), threadClosed: Boolean(thread?.closed),
    };
  };

  get unreadCount() {
    return [...this.unread.values()].reduce((sum, count) => sum + count, 0);
  }

  #chat() {
    return this.world.chats.get(this.open.chatId);
  }

  #here() {
    return this.world.messagesAt(this.#chat(), this.open.threadId);
  }

  #build() {
    const { word, tag } = this.words;
    const { user } = this;
    this.tabs = new ChatTabs(this);
    this.blocking = el("button", {
      type: "button", role: "switch", class: "switch", "aria-checked": "false",
      "aria-label": word("block"), title: word("block"), on: { click: () => this.#block(!this.user.blocked) },
    }, el("span", { class: "switch-name", text: word("block") }), icon("ban"), el("span", { class: "switch-track" }));
    const name = el("h2", { class: "name", id: `name${user.id}` }, el("span", { text: user.name }));
    name.append(el("span", { class: "code", text: (user.language_code ?? "–").toUpperCase() }));
    if (user.admin) name.append(el("span", { class: "tag badge", text: word("admin") }));
    const head = el("header", { class: "phone-head" }, avatar(user.name, user.id, tag),
      name, this.blocking);
    this.messages = new MessageList(this, word("message"));
    this.composer = new Composer(this);
    this.waiting = el("p", { class: "waiting", hidden: true }, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), el("span", { text: word("typing") }));
    this.toasts = el("div", { class: "toasts", role: "status" });
    this.element = el("section", {
      class: "phone", lang: tag, "aria-labelledby": `name${user.id}`, data: { user: user.id },
    }, head, this.tabs.element, this.messages.element, this.waiting, this.toasts, this.composer.element);
    this.element.addEventListener("click", (event) => this.#clicked(event));
    this.element.addEventListener("focusin", () => this.messages.list.setAttribute("aria-live", "polite"));
    this.element.addEventListener("focusout", () => this.messages.list.setAttribute("aria-live", "off"));
  }

  /** Go to a chat, in a forum to one of its topics. */
  show(chatId, threadId = GENERAL) {
    this.open = { chatId, threadId };
    this.#read();
    this.messages.show(this.#chat(), this.#here());
    this.#stopTyping();
    this.tabs.draw();
    this.composer.moved();
  }

  /** Everything may have changed: people, chats, messages. */
  refresh() {
    this.user = this.world.users.get(this.user.id) ?? this.user;
    if (!this.world.chatsOf(this.user.id).some((one) => one.id === this.open.chatId)) {
      this.show(this.user.id);
    }
    this.messages.sync(this.#chat(), this.#here());
    this.adapt();
  }

  /** Blocking, menus or names changed. */
  adapt() {
    this.blocking.setAttribute("aria-checked", String(this.user.blocked));
    this.element.classList.toggle("blocked", this.user.blocked);
    this.composer.forget();
    this.composer.adapt();
    this.tabs.draw();
  }

  /** A message was written or edited somewhere in the world. */
  receive(message, isNew) {
    const chat = this.world.chats.get(message.chat_id);
    if (!this.world.chatsOf(this.user.id).includes(chat)) return;
    const isOpen = this.#isOpen(chat, message);
    if (isOpen) {
      if (message.from.is_bot) this.#stopTyping();
      this.messages.put(message);
      this.composer.adapt();
    }
    if (isNew && message.from.id !== this.user.id && !(isOpen && this.visible)) {
      const key = this.tabs.key(chat, message.thread_id);
      this.unread.set(key, (this.unread.get(key) ?? 0) + 1);
      this.tabs.draw();
      this.heard(this);
    }
  }

  /** The phone came into view or left it: what is open in a visible phone is read. */
  seen(visible) {
    this.visible = visible;
    if (!visible) return;
    this.#read();
    this.tabs.draw();
  }

  removed(chatId, messageId) {
    if (chatId !== this.open.chatId) return;
    this.messages.remove(messageId);
    this.composer.adapt();
  }

  typing(chatId, threadId) {
    const chat = this.#chat();
    if (chat.id !== chatId || (chat.forum && !sameThread(threadId, this.open.threadId))) return;
    this.waiting.hidden = false;
    this.messages.grown();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#stopTyping(), TYPING_MS);
  }

  /** A callback query of this person was answered; what our own press gets comes with its reply. */
  answered({ text, alert }) {
    if (!this.#pressing) this.#notice(text, alert);
  }

  #stopTyping() {
    clearTimeout(this.#typing);
    this.waiting.hidden = true;
  }

  #isOpen(chat, message) {
    return chat.id === this.open.chatId && (!chat.forum || sameThread(message.thread_id, this.open.threadId));
  }

  #read() {
    if (this.unread.delete(this.tabs.key(this.#chat(), this.open.threadId))) this.heard(this);
  }

  #notice(text, alert) {
    if (!text) return;
    if (alert) alertBox(text, this.words);
    else toast(this.toasts, text);
  }

  async #press(message, button, element) {
    if (element.getAttribute("aria-busy") === "true") return;
    element.setAttribute("aria-busy", "true");
    this.#pressing += 1;
    try {
      const { toast: text, alert, url } = await post("/play/press", {
        user_id: this.user.id, chat_id: message.chat_id, message_id: message.message_id, data: button.data,
      });
      this.#notice(text, alert);
      if (url) this.#go(url);
    } catch (error) {
      this.complain(error);
    } finally {
      element.removeAttribute("aria-busy");
      setTimeout(() => { this.#pressing -= 1; }, 300); // the event may come after the reply
    }
  }

  async #copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast(this.toasts, this.words.word("copied"));
    } catch (error) {
      this.complain(error);
    }
  }

  async #block(blocked) {
    try {
      await post("/play/block", { user_id: this.user.id, blocked });
    } catch (error) {
      this.complain(error);
    }
  }

  #clicked(event) {
    const link = event.target.closest("a");
    if (!link || event.defaultPrevented) return;
    if (link.classList.contains("tg-command")) {
      event.preventDefault();
      if (!this.composer.form.hidden) this.composer.say(link.dataset.command);
    } else {
      this.#follow(event, link.href);
    }
  }

  #follow(event, url) {
    if (!inside(url, this.bot().username)) return;
    event.preventDefault();
    this.#go(url);
  }

  async #go(url) {
    const meant = inside(url, this.bot().username);
    if (!meant) return;
    if (meant.kind === "start") {
      this.show(this.user.id);
      this.composer.say(`/start ${meant.payload}`.trim());
    } else if (meant.kind === "share") {
      const chat = await this.#choose((one) => this.world.mayWrite(this.user.id, one));
      if (!chat) return;
      this.show(chat.id);
      this.composer.say(meant.text);
    } else {
      const chat = await this.#choose((one) => one.type !== "private" && (one.type === "channel") === meant.channel);
      if (!chat) return;
      const status = meant.channel ? "administrator" : "member";
      post("/play/member", { chat_id: chat.id, bot: true, status, by: this.user.id }).catch(this.complain);
    }
  }

  #choose(fits) {
    const chats = this.world.chatsOf(this.user.id).filter(fits);
    return chooseChat(this.words.word("where"), chats, this.words, this.nameOf);
  }

  async #switchInline(button) {
    const query = `@${this.bot().username} ${button.switch_inline}`;
    if (!button.current_chat) {
      const chat = await this.#choose((one) => this.world.mayWrite(this.user.id, one));
      if (!chat) return;
      this.show(chat.id);
    }
    this.composer.fill(query);
  }
}
