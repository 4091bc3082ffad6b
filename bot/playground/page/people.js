// The people at the top: where not all phones fit side by side, they lead to each.

import { avatar, el } from "./dom.js";

/** Buttons to the phones; `draw(phone)` shows a phone's unread messages. */
export class People {
  #buttons = new Map();
  #phones = new Map();

  constructor(nav, columns) {
    this.nav = nav;
    this.columns = columns;
    this.watcher = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        this.#buttons.get(Number(target.dataset.user))?.setAttribute("aria-current", String(isIntersecting));
        this.#phones.get(Number(target.dataset.user))?.seen(isIntersecting);
      }
      this.#fits();
    }, { root: columns, threshold: 0.6 });
    new ResizeObserver(() => this.#fits()).observe(columns);
  }

  add(phone) {
    const { user, words } = phone;
    const button = el("button", {
      type: "button", class: "person", title: user.name, lang: words.tag, "aria-current": "false",
      on: { click: () => this.reveal(phone) },
    }, avatar(user.name, user.id, words.tag), el("span", { class: "person-name", text: user.name }), el("span", { class: "count", hidden: true }));
    this.#buttons.set(user.id, button);
    this.#phones.set(user.id, phone);
    this.nav.append(button);
    this.watcher.observe(phone.element);
  }

  draw(phone) {
    const count = this.#buttons.get(phone.user.id).lastElementChild;
    count.textContent = phone.unreadCount;
    count.hidden = !phone.unreadCount;
  }

  /** Scroll a phone into view. */
  reveal(phone) {
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const left = phone.element.offsetLeft - this.columns.offsetLeft - parseFloat(getComputedStyle(this.columns).paddingLeft);
    this.columns.scrollTo({ left, behavior: calm ? "instant" : "smooth" });
  }

  #fits() {
    this.nav.classList.toggle("needed", this.columns.scrollWidth > this.columns.clientWidth + 4);
  }
}
