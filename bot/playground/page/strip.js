// "Try this": the shortest way for a newcomer to see what the bot is for.

import { el, icon } from "./dom.js";
import { inLanguage, say } from "./speech.js";

const KEY = "playground.strip";

/** Show the strip unless it was put away. `phones`: by user id; `reveal(phone)` brings one in view. */
export function tryThis(box, world, phones, reveal) {
  if (recall() === "away") return;
  const users = [...world.users.values()];
  const admin = users.find((user) => user.admin) ?? users.at(-1);
  const readers = users.filter((user) => user !== admin).slice(0, 4);
  if (!admin || !readers.length) return;
  const open = (user, text) => {
    const phone = phones.get(user.id);
    phone.show(user.id);
    reveal(phone);
    phone.composer.say(text);
  };
  const step = (number, title, text, act) =>
    el("li", {}, el("span", { class: "number", "aria-hidden": "true", text: number }),
      el("div", {}, el("b", { text: title }), el("span", { text })), act);
  const names = readers.map((user) => user.name).join(", ");
  const follow = () => {
    for (const user of readers) {
      const phone = phones.get(user.id);
      phone.show(user.id);
      phone.composer.say("/subscribe");
    }
    reveal(phones.get(readers[0].id));
  };
  const send = (command, click) =>
    el("button", { type: "button", class: "step", text: say("Send {command}", { command }), on: { click } });
  const putAway = () => {
    box.hidden = true;
    remember("away");
    document.getElementById("columns").focus();
  };
  inLanguage(() => {
    box.setAttribute("aria-label", say("Try this"));
    box.replaceChildren(
      el("h2", { text: say("Try this") }),
      el("ol", {},
        step("1", say("Follow as {names}", { names }), say("Choose what each person should hear about."), send("/subscribe", follow)),
        step("2", say("Change a status as {name}", { name: admin.name }), say("Choose, look at the preview, confirm."), send("/update", () => open(admin, "/update"))),
        step("3", say("Watch the alert arrive"), say("For everyone at once, each in their language."), null),
      ),
      el("button", {
        type: "button", class: "away", "aria-label": say("Hide this"), title: say("Hide this"),
        on: { click: putAway },
      }, icon("close")),
    );
  });
  box.hidden = false;
}

function recall() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing shows the strip every time
  }
}

function remember(value) {
  try {
    localStorage.setItem(KEY, value);
  } catch {
    // as above
  }
}
