// The clock of the playground: what time it is, and steps forward.

import { post } from "./api.js";
import { el } from "./dom.js";
import { inLanguage, say, spoken } from "./speech.js";
import { clockMoment, clockTime, now, untilMorning } from "./time.js";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Fill the clock's place and keep it going. */
export function clockBar(box, world, complain) {
  const date = el("span", { class: "clock-date" });
  const time = el("time", { class: "clock-time" });
  const ahead = el("span", { class: "clock-ahead", hidden: true });
  const step = (seconds) =>
    el("button", {
      type: "button", class: "step",
      on: { click: () => post("/play/clock", { seconds: seconds() }).catch(complain) },
    });
  const [hour, day, morning] = [step(() => HOUR), step(() => DAY), step(untilMorning)];
  box.append(el("p", { class: "clock-face" }, date, time, ahead), hour, day, morning);
  const call = (button, text, title) => {
    button.textContent = text;
    button.title = title;
    button.setAttribute("aria-label", `${text}: ${title}`);
  };
  const show = () => {
    const present = now();
    date.textContent = clockMoment(present, spoken());
    time.textContent = clockTime(present, spoken());
    time.dateTime = present.toISOString();
    ahead.hidden = world.offset < 1;
    ahead.textContent = span(world.offset);
    ahead.title = say("How far the clock was moved");
  };
  world.on("clock", show);
  setInterval(show, 1000);
  inLanguage(() => {
    box.setAttribute("aria-label", say("Clock of the playground"));
    call(hour, say("+1 h"), say("One hour forward"));
    call(day, say("+1 day"), say("One day forward"));
    call(morning, "→ 09:00", say("Forward to the next 09:00"));
    show();
  });
}

function span(seconds) {
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor((seconds % DAY) / HOUR);
  const minutes = Math.floor((seconds % HOUR) / 60);
  const parts = [
    days && say("{n} d", { n: days }),
    hours && say("{n} h", { n: hours }),
    minutes && say("{n} min", { n: minutes }),
  ].filter(Boolean);
  return `+${parts.join(" ") || say("{n} min", { n: 0 })}`;
}
