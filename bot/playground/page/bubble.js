// One message: its bubble, and how it changes in place.

import { el, hueOf, icon, sanitised } from "./dom.js";
import { keyboard } from "./keyboard.js";
import { dress, measure, unfoldedQuotes } from "./rich.js";
import { clockMoment, clockTime, moment } from "./time.js";

/**
 * A message as an article. `phone` says whose screen it is on: `user`, `words`, `actions`,
 * `find(id)` (another message of the chat), `bot`, `nameOf(chat)`.
 */
export function bubble(message, chat, phone) {
  const article = el("article", { class: "message", data: { id: message.message_id } });
  fill(article, message, chat, phone);
  return article;
}

/** Show the present content of a message; what is open or focused stays so. */
export function refill(article, message, chat, phone) {
  const unfolded = unfoldedQuotes(article);
  const keys = [...article.querySelectorAll(".key")];
  const focused = keys.indexOf(document.activeElement);
  fill(article, message, chat, phone, unfolded);
  measure(article);
  if (focused >= 0) {
    const now = article.querySelectorAll(".key");
    const target = now[Math.min(focused, now.length - 1)] ?? phone.fallbackFocus();
    target?.focus({ preventScroll: true });
  }
}

function fill(article, message, chat, phone, unfolded) {
  if (message.kind === "service") {
    article.className = "message service";
    article.replaceChildren(el("p", { text: serviceText(message, phone) }));
    return;
  }
  const own = message.from.id === phone.user.id;
  article.className = `message ${own ? "own" : "theirs"}`;
  article.dataset.kind = message.kind;
  const box = el("div", { class: "bubble" });
  if (!own && chat.type !== "private") box.append(sender(message, chat, phone));
  if (message.via_bot) {
    const via = phone.words.word("via").replace("{bot}", `@${phone.bot().username}`);
    box.append(el("p", { class: "via", text: via }));
  }
  if (message.forwarded) {
    const from = phone.words.word("forwarded").replace("{name}", message.forwarded);
    box.append(el("p", { class: "via", text: from }));
  }
  const quoted = message.reply_to ? phone.find(message.reply_to) : null;
  if (quoted) box.append(reply(quoted, phone));
  box.append(...content(message, phone));
  box.append(meta(message, phone));
  dress(box, phone.words, unfolded);
  article.replaceChildren(box);
  if (message.keyboard?.length) {
    article.append(
      keyboard(message.keyboard, {
        ...phone.actions,
        press: (button, element) => phone.actions.press(message, button, element),
      }),
    );
  }
  article.classList.toggle("has-keys", Boolean(message.keyboard?.length));
}

function sender(message, chat, phone) {
  const name = message.from.is_bot ? phone.botName() : message.from.name;
  const line = el("p", { class: `sender ${hueOf(message.from.id)}`, text: name });
  if (message.from.is_bot) line.append(el("span", { class: "tag", text: phone.words.word("bot") }));
  return line;
}

function reply(quoted, phone) {
  const name = quoted.from.is_bot ? phone.botName() : quoted.from.name;
  const text = quoted.text || quoted.document?.name || phone.words.word("photo");
  return el("button", {
    type: "button", class: "reply-to", on: { click: () => phone.actions.show(quoted.message_id) },
  }, el("b", { text: name }), el("span", { text }));
}

function content(message, phone) {
  if (message.photo) {
    const words = sanitised(el("div", { class: "text" }), message.photo.caption_html ?? "");
    const picture = el("img", {
      src: message.photo.url, loading: "lazy", alt: phone.words.word("photo"), // its words are read below it
    });
    picture.addEventListener("load", () => phone.actions.grown());
    const link = el("a", { class: "photo", href: message.photo.url, target: "_blank", rel: "noopener" }, picture);
    return words.textContent ? [link, words] : [link];
  }
  if (message.document) {
    const { url, name, caption_html: caption } = message.document;
    const link = el("a", { class: "file", href: url, download: name },
      el("span", { class: "file-icon" }, icon("file")),
      el("span", { class: "file-name" }, el("b", { text: name }), el("small", { text: phone.words.word("download") })),
    );
    return caption ? [link, sanitised(el("div", { class: "text" }), caption)] : [link];
  }
  if (message.kind === "sticker") return [el("div", { class: "sticker", text: message.text || "🙂" })];
  if (message.kind === "voice") return [el("div", { class: "text", text: "🎤 ▂▄▆▄▂▆▂ 0:03" })];
  return [sanitised(el("div", { class: message.rich ? "text rich" : "text", dir: "auto" }), message.html)];
}

function meta(message, phone) {
  const { words } = phone;
  const date = moment(message.date);
  const line = el("footer", { class: "meta" });
  line.append(el("button", {
    type: "button", class: "answer", title: words.word("reply"), "aria-label": words.word("reply"),
    on: { click: () => phone.actions.answer(message) },
  }, icon("reply")));
  if (message.from.id === phone.user.id && message.kind === "text") {
    line.append(el("button", {
      type: "button", class: "answer", title: words.word("edit"), "aria-label": words.word("edit"),
      on: { click: () => phone.actions.edit(message) },
    }, icon("edit")));
  }
  if (message.silent) {
    line.append(el("span", { class: "quiet", role: "img", "aria-label": words.word("silent"), title: words.word("silent") }, icon("silent")));
  }
  if (message.edited) line.append(el("span", { class: "edited", text: words.word("edited") }));
  line.append(el("time", {
    datetime: date.toISOString(), title: clockMoment(date, words.tag), text: clockTime(date, words.tag),
  }));
  return line;
}

function serviceText(message, phone) {
  const { name, value } = message.service;
  const people = Array.isArray(value) ? value : [value];
  const names = people.map((one) => (one?.is_bot ? phone.botName() : one?.first_name)).filter(Boolean);
  const signs = {
    new_chat_members: "→", left_chat_member: "←", pinned_message: "📌", forum_topic_created: "💬",
  };
  if (name === "pinned_message") return `📌 ${value.text ?? ""}`.slice(0, 80);
  if (name === "forum_topic_created") return `💬 ${value.name}`;
  return `${signs[name] ?? "⇄"} ${names.join(", ") || message.from.name}`;
}
