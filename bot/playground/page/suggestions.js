// The list over the composer: commands, or inline results. Arrow keys, Enter, Tab, tap.

import { el } from "./dom.js";

let lists = 0;

/** A listbox that a text field controls (ARIA "combobox" pattern, with the field's own focus). */
export class Suggestions {
  #items = [];
  #active = -1;

  constructor(field, label) {
    this.field = field;
    this.id = `suggestions${++lists}`;
    this.element = el("div", { class: "suggestions", role: "listbox", id: this.id, "aria-label": label, hidden: true });
    field.setAttribute("aria-controls", this.id);
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-haspopup", "listbox");
  }

  get open() {
    return !this.element.hidden;
  }

  /** The item that Enter would take. */
  get active() {
    return this.#items[this.#active] ?? null;
  }

  /** Show items: `{title, note, body, choose}`; `empty` is said when there are none. */
  show(items, { empty = "", select = 0, kind = "" } = {}) {
    this.#items = items;
    this.element.dataset.kind = kind;
    const options = items.map((item, index) => this.#option(item, index));
    if (!items.length && empty) options.push(el("p", { class: "none", text: empty }));
    this.element.replaceChildren(...options);
    this.element.hidden = options.length === 0;
    this.element.scrollTop = 0;
    this.#select(items.length ? Math.min(select, items.length - 1) : -1);
  }

  close() {
    this.#items = [];
    this.#active = -1;
    this.element.hidden = true;
    this.field.removeAttribute("aria-activedescendant");
  }

  /** Whether a key was meant for the list. */
  key(event) {
    if (!this.open) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && this.#items.length) {
      this.#select((this.#active + step + this.#items.length) % this.#items.length);
    } else if (event.key === "Escape") {
      this.close();
    } else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && this.active) {
      this.active.choose(event.key);
    } else {
      return false;
    }
    event.preventDefault();
    return true;
  }

  #option(item, index) {
    const option = el("div", {
      class: "option", role: "option", id: `${this.id}-${index}`, "aria-selected": "false",
      on: {
        pointerdown: (event) => event.preventDefault(), // the field keeps its focus
        pointermove: () => this.#active !== index && this.#select(index, false),
        click: () => item.choose("tap"),
      },
    }, el("b", { text: item.title }));
    if (item.note) option.append(el("span", { text: item.note }));
    return option;
  }

  #select(index, scroll = true) {
    this.#active = index;
    for (const [at, option] of this.element.querySelectorAll(".option").entries()) {
      option.setAttribute("aria-selected", String(at === index));
      if (at === index && scroll) option.scrollIntoView({ block: "nearest" });
    }
    if (index < 0) this.field.removeAttribute("aria-activedescendant");
    else this.field.setAttribute("aria-activedescendant", `${this.id}-${index}`);
  }
}
