// Where a person writes: text, command menu, inline mode, START and "Restart".

import { get, post } from "./api.js";
import { el, icon } from "./dom.js";
import { Suggestions } from "./suggestions.js";

const INLINE_PAUSE_MS = 250;

/** The foot of a phone. `phone`: `user`, `words`, `place()`, `bot()`, `complain(error)`. */
export class Composer {
  #commands = new Map();
  #replyTo = null;
  #edited = null;
  #asked = 0;
  #pause = 0;

  constructor(phone) {
    const { word } = phone.words;
    this.phone = phone;
    this.field = el("textarea", {
      rows: "1", placeholder: word("message"), "aria-label": word("message"), autocomplete: "off",
      enterkeyhint: "send", maxlength: "16000",
    });
    this.suggestions = new Suggestions(this.field, word("menu"));
    this.menu = el("button", {
      type: "button", class: "menu", "aria-label": word("menu"), title: word("menu"),
      on: { click: () => this.#toggleMenu() },
    }, icon("menu"), el("span", { text: word("menu") }));
    this.attachButton = el("button", {
      type: "button", class: "attach", "aria-label": word("attach"), title: word("attach"),
      on: { click: () => this.#attach() },
    }, icon("attach"));
    this.sendButton = el("button", { type: "submit", class: "send", "aria-label": word("send"), title: word("send") }, icon("send"));
    this.quoted = el("div", { class: "quoted", hidden: true });
    this.form = el("form", { class: "compose" }, this.menu, this.field, this.attachButton, this.sendButton);
    this.big = el("button", { type: "button", class: "big", hidden: true });
    this.note = el("p", { class: "closed", hidden: true });
    this.element = el("div", { class: "composer" }, this.suggestions.element, this.quoted, this.form, this.note, this.big);
    this.big.addEventListener("click", () => this.say("/start"));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.field.addEventListener("keydown", (event) => this.#key(event));
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("blur", () => setTimeout(() => this.#left(), 150));
  }

  /** Fit the foot to where the person is and what is possible there. */
  adapt() {
    const { word } = this.phone.words;
    const { chat, empty, mayWrite, threadClosed } = this.phone.place();
    const isPrivate = chat.type === "private";
    const blocked = isPrivate && this.phone.user.blocked;
    const start = isPrivate && empty && !blocked;
    this.big.hidden = !(blocked || start);
    this.big.textContent = word(blocked ? "again" : "start");
    this.note.hidden = !blocked && mayWrite && !threadClosed;
    this.note.textContent = word(blocked ? "blocked" : "admins");
    this.form.hidden = blocked || start || !mayWrite || threadClosed;
    this.menu.hidden = chat.type === "channel";
    this.attachButton.hidden = chat.type === "channel";
    if (this.form.hidden) this.suggestions.close();
  }

  /** What has the focus where a pressed button vanished. */
  get focusable() {
    return this.form.hidden ? this.big : this.field;
  }

  /** Forget the command menus: the bot changed them. */
  forget() {
    this.#commands.clear();
  }

  /** Change a message of one's own. */
  edit(message) {
    this.answer(message);
    this.#edited = message;
    this.#replyTo = null;
    this.fill(message.text);
  }

  /** Answer a message. */
  answer(message) {
    this.#replyTo = message;
    this.#edited = null;
    const name = message.from.is_bot ? this.phone.botName() : message.from.name;
    const away = el("button", {
      type: "button", "aria-label": this.phone.words.word("cancel"),
      on: { click: () => this.#unquote() },
    }, icon("close"));
    this.quoted.replaceChildren(el("div", {}, el("b", { text: name }), el("span", { text: message.text || "…" })), away);
    this.quoted.hidden = false;
    this.field.focus();
  }

  /** Put a text into the field. */
  fill(text) {
    this.field.value = text;
    this.#grow();
    this.field.focus();
    this.field.setSelectionRange(text.length, text.length);
    this.#typed();
  }

  /** The person changed places. */
  moved() {
    this.#unquote();
    this.suggestions.close();
    this.adapt();
  }

  /** Send a text as the person, into the place that is open. */
  async say(text) {
    const edited = this.#edited?.message_id;
    const given = { text, thread_id: this.phone.place().threadId, reply_to: this.#replyTo?.message_id };
    this.#unquote();
    if (edited) await this.#post("/play/edit", { text, message_id: edited });
    else await this.#post("/play/say", given);
  }

  /** Do something as the person, in the chat that is open. */
  async #post(path, given) {
    this.suggestions.close();
    try {
      await post(path, { user_id: this.phone.user.id, chat_id: this.phone.place().chat.id, ...given });
    } catch (error) {
      this.phone.complain(error);
    }
  }

  /** Offer what is not a text. A forwarded post has the text of the field. */
  #attach() {
    if (this.suggestions.open) return this.suggestions.close();
    const { word } = this.phone.words;
    const text = this.field.value.trim();
    const items = ["sticker", "voice", "album"].map((kind) => ({
      title: word(kind), choose: () => this.#post("/play/send", { kind }),
    }));
    items.push({
      title: word("forward"), note: text ? "" : word("forwardHint"),
      choose: () => {
        if (!text) return this.suggestions.close();
        this.fill("");
        return this.#post("/play/send", { kind: "forward", text, channel: word("channel") });
      },
    });
    this.field.focus();
    return this.suggestions.show(items, { kind: "attachments" });
  }

  #submit() {
    const text = this.field.value.trim();
    if (!text) return;
    this.field.value = "";
    this.#grow();
    this.field.focus();
    this.say(text);
  }

  #key(event) {
    if (event.isComposing || this.suggestions.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "Escape") {
      this.#unquote();
    }
  }

  #typed() {
    this.#grow();
    const text = this.field.value;
    const inline = new RegExp(`^@${this.phone.bot().username}\\s(.*)$`, "is").exec(text);
    clearTimeout(this.#pause);
    this.#asked += 1;
    if (inline) {
      this.#pause = setTimeout(() => this.#ask(inline[1].trim()), INLINE_PAUSE_MS);
    } else if (/^\/\S*$/.test(text)) {
      this.#complete(text.slice(1));
    } else {
      this.suggestions.close();
    }
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 132)}px`;
  }

  #left() {
    if (!this.element.contains(document.activeElement)) this.suggestions.close();
  }

  #unquote() {
    this.#replyTo = this.#edited = null;
    this.quoted.hidden = true;
  }

  async #menuOf() {
    const { chat } = this.phone.place();
    if (!this.#commands.has(chat.id)) {
      const query = { user_id: this.phone.user.id, chat_id: chat.id };
      this.#commands.set(chat.id, await get("/play/commands", query));
    }
    return this.#commands.get(chat.id);
  }

  async #complete(begun) {
    const asked = this.#asked;
    let commands;
    try {
      commands = await this.#menuOf();
    } catch (error) {
      return this.phone.complain(error);
    }
    if (asked !== this.#asked) return undefined;
    const fitting = commands.filter((one) => one.command.startsWith(begun.toLowerCase()));
    if (fitting.length === 1 && fitting[0].command === begun) return this.suggestions.close();
    return this.suggestions.show(fitting.map((one) => this.#command(one, () => {
      this.fill(`/${one.command} `);
      this.suggestions.close();
    })), { kind: "commands" });
  }

  #command({ command, description }, choose) {
    return { title: `/${command}`, note: description, choose };
  }

  async #toggleMenu() {
    if (this.suggestions.open) return this.suggestions.close();
    this.field.focus();
    try {
      const commands = await this.#menuOf();
      const items = commands.map((one) => this.#command(one, (how) => {
        this.suggestions.close();
        if (how === "Tab") this.fill(`/${one.command} `);
        else this.say(`/${one.command}`);
      }));
      return this.suggestions.show(items, { empty: this.phone.words.word("nothing"), kind: "commands" });
    } catch (error) {
      return this.phone.complain(error);
    }
  }

  async #ask(query) {
    const asked = this.#asked;
    const { chat } = this.phone.place();
    const user = this.phone.user.id;
    try {
      const { results } = await post("/play/inline", { user_id: user, chat_id: chat.id, query, offset: "" });
      if (asked !== this.#asked) return;
      const items = results.map((one) => ({
        title: one.title,
        note: one.description,
        choose: () => this.#choose(one, query),
      }));
      this.suggestions.show(items, { empty: this.phone.words.word("nothing"), kind: "cards" });
    } catch (error) {
      this.phone.complain(error);
    }
  }

  async #choose(result, query) {
    const { chat } = this.phone.place();
    this.field.value = "";
    this.#grow();
    this.suggestions.close();
    try {
      await post("/play/choose", { user_id: this.phone.user.id, chat_id: chat.id, result_id: result.id, query });
    } catch (error) {
      this.phone.complain(error);
    }
  }
}
