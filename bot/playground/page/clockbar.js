// The clock of the playground: what time it is, and steps forward.

import { post } from "./api.js";
import { el } from "./dom.js";
import { clockMoment, clockTime, now, untilMorning } from "./time.js";

const HOUR = 3600;
const DAY = 24 * HOUR;

/** Fill the clock's place and keep it going. */
export function clockBar(box, world, complain) {
  const date = el("span", { class: "clock-date" });
  const time = el("time", { class: "clock-time" });
  const ahead = el("span", { class: "clock-ahead", hidden: true });
  const step = (text, title, seconds) =>
    el("button", {
      type: "button", class: "step", text, title, "aria-label": `${text}: ${title}`,
      on: { click: () => post("/play/clock", { seconds: seconds() }).catch(complain) },
    });
  box.append(
    el("p", { class: "clock-face" }, date, time, ahead),
    step("+1 h", "One hour forward", () => HOUR),
    step("+1 day", "One day forward", () => DAY),
    step("→ 09:00", "Forward to the next 09:00", untilMorning),
  );
  const show = () => {
    const present = now();
    date.textContent = clockMoment(present, "en");
    time.textContent = clockTime(present, "en");
    time.dateTime = present.toISOString();
    ahead.hidden = world.offset < 1;
    ahead.textContent = span(world.offset);
    ahead.title = "How far the clock was moved";
  };
  world.on("clock", show);
  setInterval(show, 1000);
  show();
}

function span(seconds) {
  const days = Math.floor(seconds / DAY);
  const hours = Math.floor((seconds % DAY) / HOUR);
  const minutes = Math.floor((seconds % HOUR) / 60);
  return `+${[[days, "d"], [hours, "h"], [minutes, "min"]].filter(([n]) => n).map(([n, unit]) => `${n} ${unit}`).join(" ") || "0 min"}`;
}
