// The list of messages of one place, kept in step with the world.

import { bubble, refill } from "./bubble.js";
import { el, icon } from "./dom.js";
import { measure } from "./rich.js";
import { dayKey, dayName, moment } from "./time.js";

const PAGE = 120;
const NEAR = 90; // pixels from the end that count as "at the end"

/** A scrolled list. `show(chat, messages)` fills it, `put` and `remove` change one message. */
export class MessageList {
  #nodes = new Map();
  #chat = null;
  #all = [];
  #shown = PAGE;
  #stuck = true; // new messages scroll into view
  #height = 0;

  constructor(phone, label) {
    this.phone = phone;
    this.list = el("div", { class: "list", role: "log", "aria-live": "off", "aria-label": label, tabindex: "0" });
    this.down = el("button", {
      type: "button", class: "down", hidden: true, "aria-label": phone.words.word("latest"),
      title: phone.words.word("latest"), on: { click: () => this.toEnd() },
    }, icon("down"));
    this.element = el("div", { class: "messages" }, this.list, this.down);
    this.list.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.grown()).observe(this.list);
  }

  /** Show a place; its last messages first, older ones on demand. */
  show(chat, messages) {
    this.#chat = chat;
    this.#all = messages;
    this.#shown = PAGE;
    this.#nodes.clear();
    this.#stuck = true;
    this.#draw();
    this.toEnd();
  }

  /** Bring the same place up to date after the connection was lost; what is unchanged stays. */
  sync(chat, messages) {
    this.#chat = chat;
    const before = new Map(this.#all.map((one) => [one.message_id, JSON.stringify(one)]));
    this.#all = messages;
    for (const message of messages) {
      const node = this.#nodes.get(message.message_id);
      if (node && before.get(message.message_id) !== JSON.stringify(message)) {
        refill(node, message, chat, this.phone);
      }
    }
    this.#draw();
    if (this.#stuck) this.toEnd();
  }

  /** A message that is new or changed. */
  put(message) {
    const index = this.#all.findIndex((one) => one.message_id === message.message_id);
    if (index < 0) {
      this.#all.push(message);
      this.#draw();
      this.#nodes.get(message.message_id)?.classList.add("arrived");
      if (this.#stuck || message.from.id === this.phone.user.id) this.toEnd();
      else this.down.hidden = false;
      return;
    }
    this.#all[index] = message;
    const node = this.#nodes.get(message.message_id);
    if (!node) return;
    refill(node, message, this.#chat, this.phone);
    node.classList.remove("changed", "arrived");
    void node.offsetWidth; // lets the highlight run again
    node.classList.add("changed");
    if (this.#stuck) this.toEnd();
  }

  remove(messageId) {
    this.#all = this.#all.filter((one) => one.message_id !== messageId);
    this.#draw();
  }

  /** Scroll to the last message. */
  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.#height = this.list.clientHeight;
    this.#stuck = true;
    this.down.hidden = true;
  }

  /** Something in the list grew after it was drawn. */
  grown() {
    if (this.#stuck) this.toEnd();
  }

  /** Bring a message into view and mark it for a moment. */
  reveal(messageId) {
    const node = this.#nodes.get(messageId);
    if (!node) return;
    node.scrollIntoView({ block: "center" });
    node.classList.remove("changed");
    void node.offsetWidth;
    node.classList.add("changed");
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.list;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    const moved = this.#height === clientHeight; // else the list itself was resized
    this.#height = clientHeight;
    if (near) this.#stuck = true;
    else if (moved) this.#stuck = false;
    if (this.#stuck) this.down.hidden = true;
  }

  #draw() {
    const shown = this.#all.slice(-this.#shown);
    const children = [];
    if (shown.length < this.#all.length) children.push(this.#earlier());
    let day = null;
    let previous = null;
    for (const message of shown) {
      const date = moment(message.date);
      if (dayKey(date) !== day) {
        day = dayKey(date);
        previous = null;
        children.push(el("p", { class: "day", data: { day } }, el("span", { text: dayName(date, this.phone.words.tag) })));
      }
      let node = this.#nodes.get(message.message_id);
      if (!node) {
        node = bubble(message, this.#chat, this.phone);
        this.#nodes.set(message.message_id, node);
      }
      node.classList.toggle("follows", previous !== null && previous.from.id === message.from.id && previous.kind !== "service");
      previous = message;
      children.push(node);
    }
    if (!shown.length) children.push(this.#empty());
    this.#place(children);
    const kept = new Set(shown.map((one) => one.message_id));
    for (const id of [...this.#nodes.keys()]) if (!kept.has(id)) this.#nodes.delete(id);
    measure(this.list);
  }

  /** Put the children in order without taking out those that are there: scroll and focus stay. */
  #place(children) {
    const wanted = new Set(children);
    for (const node of [...this.list.children]) if (!wanted.has(node)) node.remove();
    children.forEach((node, index) => {
      if (this.list.children[index] !== node) this.list.insertBefore(node, this.list.children[index] ?? null);
    });
  }

  #earlier() {
    const more = () => {
      const height = this.list.scrollHeight;
      this.#shown += PAGE;
      this.#draw();
      this.list.scrollTop += this.list.scrollHeight - height;
    };
    return el("button", { type: "button", class: "earlier", text: this.phone.words.word("earlier"), on: { click: more } });
  }

  #empty() {
    const about = this.#chat.type === "private" ? this.phone.botDescription() : "";
    const box = el("div", { class: "empty" });
    if (about) box.append(el("p", { class: "about", text: about }));
    else box.append(el("p", { text: this.phone.words.word("empty") }));
    return box;
  }
}
