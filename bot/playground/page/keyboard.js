// Inline keyboards under a message.

import { el, icon } from "./dom.js";
import { harmless } from "./links.js";

/**
 * The buttons of a message. `actions`: `press(button, element)`, `copy(text)`,
 * `follow(event, url)`, `inline(button)`.
 */
export function keyboard(rows, actions) {
  const lines = rows.map((row) =>
    el("div", { class: "keys" }, ...row.map((button) => key(button, actions))),
  );
  return el("div", { class: "keyboard" }, ...lines);
}

function key(button, actions) {
  const style = `key ${button.style ?? ""}`.trim();
  if (button.url !== undefined && harmless(button.url)) {
    const mark = icon(/\/share\/?(url)?\?/.test(button.url) ? "share" : "link");
    return el("a", {
      class: style, href: button.url, target: "_blank", rel: "noopener noreferrer",
      on: { click: (event) => actions.follow(event, button.url) },
    }, el("span", { text: button.text }), mark);
  }
  const element = el("button", { type: "button", class: style }, el("span", { text: button.text }));
  if (button.copy !== undefined) {
    element.append(icon("copy"));
    element.addEventListener("click", () => actions.copy(button.copy));
  } else if (button.switch_inline !== undefined) {
    element.append(icon("share"));
    element.addEventListener("click", () => actions.inline(button));
  } else {
    element.addEventListener("click", () => actions.press(button, element));
  }
  return element;
}
