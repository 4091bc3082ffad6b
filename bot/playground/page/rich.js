// Telegram's formatting made alive: quotes that fold, spoilers, dates on the reader's own clock.

import { el } from "./dom.js";
import { byLetters, clockMoment, clockTime } from "./time.js";

const FOLDED_LINES = 3;

/** Dress what the server's HTML left plain. `unfolded`: indexes of quotes that stay open. */
export function dress(root, words, unfolded = new Set()) {
  for (const [index, quote] of [...root.querySelectorAll("blockquote.tg-expandable")].entries()) {
    foldable(quote, words, unfolded.has(index));
  }
  for (const spoiler of root.querySelectorAll(".tg-spoiler")) hide(spoiler, words);
  for (const time of root.querySelectorAll("time.tg-time")) localise(time, words.tag);
  for (const block of root.querySelectorAll("blockquote, pre")) tighten(block);
  for (const pre of root.querySelectorAll("pre")) pre.tabIndex = 0; // scrolled with the keyboard
}

/** The indexes of the quotes that a reader has opened. */
export function unfoldedQuotes(root) {
  const quotes = [...root.querySelectorAll("blockquote.tg-expandable")];
  return new Set(quotes.flatMap((quote, index) => (quote.dataset.open === "yes" ? [index] : [])));
}

/** Fold quotes again where their height is known, that is once they are on the page. */
export function measure(root) {
  for (const quote of root.querySelectorAll("blockquote.tg-expandable")) {
    const body = quote.firstElementChild;
    const line = parseFloat(getComputedStyle(body).lineHeight);
    if (!body.scrollHeight || !line) continue;
    quote.dataset.short = body.scrollHeight <= line * (FOLDED_LINES + 0.6) ? "yes" : "no";
  }
}

/** A block breaks the line by itself: the line breaks written around it would be one too many. */
function tighten(block) {
  const { previousSibling: before, nextSibling: after } = block;
  if (before?.nodeType === Node.TEXT_NODE) before.data = before.data.replace(/\n$/, "");
  if (after?.nodeType === Node.TEXT_NODE) after.data = after.data.replace(/^\n/, "");
}

function foldable(quote, words, open) {
  const body = el("div", { class: "quote-body" });
  body.append(...quote.childNodes);
  const toggle = el("button", { type: "button", class: "quote-toggle" });
  const show = (unfolded) => {
    quote.dataset.open = unfolded ? "yes" : "no";
    toggle.setAttribute("aria-expanded", String(unfolded));
    toggle.setAttribute("aria-label", words.word(unfolded ? "less" : "more"));
    toggle.title = words.word(unfolded ? "less" : "more");
  };
  toggle.addEventListener("click", (event) => {
    event.stopPropagation();
    show(quote.dataset.open !== "yes");
  });
  body.addEventListener("click", (event) => {
    const selecting = String(getSelection()).length > 0;
    if (quote.dataset.open === "no" && !selecting && !event.target.closest("a")) show(true);
  });
  quote.append(body, toggle);
  show(open);
}

function hide(spoiler, words) {
  const inner = el("span", { "aria-hidden": "true", class: "spoiler-text" });
  inner.append(...spoiler.childNodes);
  spoiler.append(inner);
  spoiler.tabIndex = 0;
  spoiler.setAttribute("role", "button");
  spoiler.setAttribute("aria-label", words.word("hidden"));
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    spoiler.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) spoiler.removeAttribute(name);
    inner.removeAttribute("aria-hidden");
  };
  spoiler.addEventListener("click", reveal);
  spoiler.addEventListener("keydown", reveal);
}

function localise(time, language) {
  const unix = Number(time.dataset.unix);
  const written = time.textContent;
  const date = new Date(unix * 1000);
  time.title = `${written} (${clockMoment(date, language)}, ${clockTime(date, language)})`;
  const shown = byLetters(unix, time.dataset.format, language);
  if (shown !== null) time.textContent = shown;
}
