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
  const names = readers.map((user) => user.name).join(", ");

  const send = async (event) => {
    const phone = phones.get(admin.id);
    const ready = draft(world, admin);
    phone.show(admin.id);
    reveal(phone);
    if (ready) await phone.actions.press(ready.message, ready.button, event.currentTarget);
    else phone.composer.say("/update");
  };
  const putAway = () => {
    box.hidden = true;
    remember("away");
    document.getElementById("columns").focus();
  };
  let sent = !draft(world, admin);
  const draw = () => {
    const steps = [
      [say("Everyone follows a topic"), names, null],
      [say("Send the alert as {name}", { name: admin.name }), say("The change is made up for this demo."),
        el("button", { type: "button", class: "step", text: say("Send"), on: { click: send } })],
      [say("Read the alert in each language"), say("Choose a person at the top, or swipe."), null],
    ];
    box.setAttribute("aria-label", say("Try this"));
    box.replaceChildren(
      el("h2", { text: say("Try this") }),
      el("ol", {}, ...steps.map((step, at) => item(at, sent ? 2 : 1, ...step))),
      el("button", {
        type: "button", class: "away", "aria-label": say("Hide this"), title: say("Hide this"),
        on: { click: putAway },
      }, icon("close")),
    );
  };
  const look = () => {
    const now = !draft(world, admin);
    if (now === sent) return;
    sent = now;
    draw();
  };
  for (const kind of ["message", "edit", "delete", "reset"]) world.on(kind, look);
  inLanguage(draw);
  box.hidden = false;
}

function item(at, current, title, text, act) {
  const done = at < current;
  const number = el("span", { class: "number", "aria-hidden": "true", text: done ? "" : String(at + 1) });
  if (done) number.append(icon("done"));
  const line = el("li", { class: done ? "done" : "" }, number,
    el("div", {}, el("b", { text: title }), el("span", { class: at === 2 ? "swipe" : "", text })));
  if (at === current) {
    line.setAttribute("aria-current", "step");
    if (act) line.append(act);
  }
  return line;
}

/** The admin's message that waits for "Send", and the button: the one with the colour of success. */
function draft(world, admin) {
  const messages = [...(world.chats.get(admin.id)?.messages.values() ?? [])];
  for (const message of messages.reverse()) {
    const button = message.keyboard?.flat().find((key) => key.style === "success");
    if (button) return { message, button };
  }
  return null;
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
