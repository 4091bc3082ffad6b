// Switching between a person's chats, and between the topics of a forum.

import { el } from "./dom.js";
import { GENERAL, sameThread } from "./world.js";

/** The row of chats under a phone's head; forums have a second row. */
export class ChatTabs {
  constructor(phone) {
    this.phone = phone;
    this.chats = el("nav", { class: "tabs", "aria-label": `${phone.words.word("chats")}: ${phone.user.name}` });
    this.topics = el("nav", { class: "tabs topics", "aria-label": `${phone.words.word("topics")}: ${phone.user.name}`, hidden: true });
    this.element = el("div", { class: "switcher" }, this.chats, this.topics);
  }

  /** What unread messages of a place are counted under. */
  key(chat, threadId) {
    return chat.forum ? `${chat.id}/${threadId || 1}` : String(chat.id);
  }

  draw() {
    const { world, user, open } = this.phone;
    const chats = world.chatsOf(user.id);
    fill(this.chats, chats.map((chat) => ({
      name: chat.type === "private" ? this.phone.words.word("private") : chat.title,
      note: this.#note(chat),
      kind: chat.forum ? "forum" : chat.type,
      current: chat.id === open.chatId,
      unread: this.#unread(chat),
      go: () => this.phone.show(chat.id, GENERAL),
    })));
    const chat = world.chats.get(open.chatId);
    this.topics.hidden = !chat?.forum || !chat.threads.length;
    if (!this.topics.hidden) {
      const general = { id: GENERAL, name: this.phone.words.word("general") };
      fill(this.topics, [general, ...chat.threads].map((thread) => ({
        name: thread.name,
        note: "",
        kind: "topic",
        current: sameThread(thread.id, open.threadId),
        unread: this.phone.unread.get(this.key(chat, thread.id)) ?? 0,
        go: () => this.phone.show(chat.id, thread.id),
      })));
    }
  }

  #note(chat) {
    const { words, world } = this.phone;
    if (chat.type === "private") return this.phone.botName();
    const people = chat.members.filter((id) => id !== world.bot.id).length;
    return words.count(chat.type === "channel" ? "subscriber" : "member", people);
  }

  #unread(chat) {
    const mine = [...this.phone.unread].filter(([key]) => key === String(chat.id) || key.startsWith(`${chat.id}/`));
    return mine.reduce((sum, [, count]) => sum + count, 0);
  }
}

/** Change the tabs in place, so that the focus stays where it is. */
function fill(nav, tabs) {
  while (nav.children.length > tabs.length) nav.lastElementChild.remove();
  while (nav.children.length < tabs.length) {
    const tab = el("button", { type: "button", class: "tab" }, el("span", { class: "tab-name" }), el("span", { class: "count", hidden: true }));
    tab.addEventListener("click", () => tab.go());
    nav.append(tab);
  }
  tabs.forEach((given, index) => {
    const tab = nav.children[index];
    const [name, count] = tab.children;
    tab.go = given.go;
    tab.dataset.kind = given.kind;
    tab.title = given.note;
    name.textContent = given.name;
    count.textContent = given.unread;
    count.hidden = !given.unread;
    if (given.current) {
      if (tab.getAttribute("aria-current") !== "true") {
        tab.setAttribute("aria-current", "true");
        nav.scrollTo({ left: tab.offsetLeft - nav.clientWidth / 3 });
      }
    } else tab.removeAttribute("aria-current");
  });
}
