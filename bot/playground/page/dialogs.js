// What lies over the page for a moment: toasts, alerts, the choice of a chat.

import { avatar, el } from "./dom.js";

const TOAST_MS = 4500;

/** A short notice at the foot of a phone. */
export function toast(box, text) {
  const note = el("p", { class: "toast", text });
  box.replaceChildren(note);
  setTimeout(() => {
    if (note.isConnected) note.remove();
  }, TOAST_MS);
}

/** A notice that has to be put away (show_alert of answerCallbackQuery). */
export function alertBox(text, words) {
  const close = el("button", { type: "submit", class: "key primary", text: words.word("seen") });
  open(el("p", { class: "alert-text", text }), words, el("div", { class: "dialog-foot" }, close));
}

/** Let a person choose one of their chats; gives it, or null. */
export function chooseChat(title, chats, words, nameOf) {
  return new Promise((resolve) => {
    let chosen = null;
    const list = el("div", { class: "choices" });
    const cancel = el("button", { type: "submit", class: "key", text: words.word("cancel") });
    const dialog = open(el("h2", { text: title }), words, list, el("div", { class: "dialog-foot" }, cancel));
    for (const chat of chats) {
      list.append(el("button", {
        type: "button", class: "choice",
        on: { click: () => { chosen = chat; dialog.close(); } },
      }, avatar(nameOf(chat), chat.id, words.tag), el("span", { text: nameOf(chat) })));
    }
    if (!chats.length) list.append(el("p", { class: "none", text: words.word("nothing") }));
    dialog.addEventListener("close", () => resolve(chosen));
  });
}

let titles = 0;

function open(title, words, ...content) {
  title.id = `dialog${++titles}`;
  const form = el("form", { method: "dialog" }, title, ...content);
  const dialog = el("dialog", { class: "dialog", lang: words.tag, "aria-labelledby": title.id }, form);
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.showModal();
  return dialog;
}
