// The page: loads the world, makes a phone for everyone in it, and follows what happens.

import { follow, get } from "./api.js";
import { clockBar } from "./clockbar.js";
import { toast } from "./dialogs.js";
import { el } from "./dom.js";
import { People } from "./people.js";
import { Phone } from "./phone.js";
import { inLanguage, learn, say, spoken } from "./speech.js";
import { tryThis } from "./strip.js";
import { World } from "./world.js";

const world = new World();
const phones = new Map();
const columns = document.getElementById("columns");
const announcer = document.getElementById("announcer");
const lost = document.getElementById("lost");
const notices = el("div", { class: "toasts page", role: "status" });
document.body.append(notices);

const people = new People(document.getElementById("people"), columns);
const complain = (error) => toast(notices, error.message || String(error));

function addPhone(user) {
  const phone = new Phone(world, user, (changed) => people.draw(changed));
  phones.set(user.id, phone);
  columns.append(phone.element);
  people.add(phone);
  phone.adapt();
  phone.messages.toEnd(); // its height is known only now
}

/** Tell a screen reader of a message on a phone that it is not on. */
function announce(message) {
  if (!message.from.is_bot) return;
  const owner = phones.get(message.chat_id);
  if (owner && !owner.element.contains(document.activeElement)) {
    announcer.textContent = say("New message for {name}", { name: owner.user.name });
  }
}

world.on("reset", () => {
  for (const user of world.users.values()) {
    if (phones.has(user.id)) phones.get(user.id).refresh();
    else addPhone(user);
  }
  name();
});
world.on("message", (message) => {
  for (const phone of phones.values()) phone.receive(message, true);
  announce(message);
});
world.on("edit", (message) => {
  for (const phone of phones.values()) phone.receive(message, false);
});
world.on("delete", (chatId, messageId) => {
  for (const phone of phones.values()) phone.removed(chatId, messageId);
});
world.on("person", (user) => phones.get(user.id)?.adapt());
world.on("menu", () => {
  for (const phone of phones.values()) phone.adapt();
  name();
});
world.on("typing", (chatId, threadId) => {
  for (const phone of phones.values()) phone.typing(chatId, threadId);
});
world.on("toast", (event) => phones.get(event.user_id)?.answered(event));

function name() {
  if (!world.bot) return;
  const bot = world.botName(spoken());
  document.getElementById("title").textContent = bot;
  document.title = say("{bot} · playground", { bot });
}

inLanguage(() => {
  name();
  document.getElementById("subtitle").textContent = say("A Telegram simulator on this computer");
  document.querySelector("#language select").setAttribute("aria-label", say("Language of this page"));
  document.getElementById("people").setAttribute("aria-label", say("People"));
  lost.textContent = say("Connection lost. Trying again…");
});

// Events that come while the state is on its way are kept and applied after it: each carries a
// whole message, so one that the state has already changes nothing.
let waiting = null;
let begun = false;

async function refresh() {
  if (waiting) return;
  waiting = [];
  try {
    world.load(await get("/play/state"));
    lost.hidden = true;
    document.body.dataset.ready = "yes";
  } catch (error) {
    complain(error);
  }
  const kept = waiting;
  waiting = null;
  if (!begun && world.bot) begin();
  for (const event of kept) hear(event);
}

function begin() {
  begun = true;
  clockBar(document.getElementById("clock"), world, complain);
  tryThis(document.getElementById("strip"), world, phones, (phone) => people.reveal(phone));
}

function hear(event) {
  if (waiting) waiting.push(event);
  else if (!world.apply(event)) refresh();
}

await learn(document.getElementById("language")).catch(complain);
follow({
  opened: refresh,
  event: hear,
  lost: () => {
    lost.hidden = false;
  },
});
