// The playground's clock, and moments as a reader's phone writes them.

import { isLacking, ownDate, ownRelative } from "./calendar.js";

let ahead = 0; // milliseconds that the playground is ahead of this machine

/** Take over the server's clock: an ISO moment. */
export function setNow(iso) {
  ahead = new Date(iso).getTime() - Date.now();
}

/** The playground's present moment. */
export function now() {
  return new Date(Date.now() + ahead);
}

/** A moment of a message: Unix seconds or ISO. */
export function moment(given) {
  return new Date(typeof given === "number" ? given * 1000 : given);
}

const formats = new Map();

function write(date, options, language) {
  if (isLacking(language)) return ownDate(date, options, language);
  const key = `${language} ${JSON.stringify(options)}`;
  if (!formats.has(key)) {
    const cycle = options.hour ? { hourCycle: "h23" } : {}; // the clock of all four languages
    formats.set(key, new Intl.DateTimeFormat(language, { ...options, ...cycle }));
  }
  return formats.get(key).format(date);
}

/** 14:05 */
export function clockTime(date, language) {
  return write(date, { hour: "2-digit", minute: "2-digit" }, language);
}

/** Thu, May 7 */
export function clockMoment(date, language) {
  return write(date, { weekday: "short", day: "numeric", month: "short" }, language);
}

/** A key that is the same for moments of the same day on this machine. */
export function dayKey(date) {
  return `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;
}

/** Today, yesterday, or the date. */
export function dayName(date, language) {
  const days = Math.round((midnight(date) - midnight(now())) / 86_400_000);
  if (days === 0 || days === -1) {
    const text = away(days, "day", language);
    if (text) return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
  }
  const year = date.getFullYear() === now().getFullYear() ? undefined : "numeric";
  return write(date, { day: "numeric", month: "long", year }, language);
}

function midnight(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** Seconds from now to the next 09:00 of this machine's zone. */
export function untilMorning() {
  const present = now();
  const morning = new Date(present);
  morning.setHours(9, 0, 0, 0);
  if (morning <= present) morning.setDate(morning.getDate() + 1);
  return Math.ceil((morning - present) / 1000);
}

const UNITS = [["year", 31_536_000], ["month", 2_592_000], ["day", 86_400], ["hour", 3_600], ["minute", 60]];

function relative(date, language) {
  const seconds = (date - now()) / 1000;
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
  return away(Math.round(seconds / size), unit, language);
}

function away(number, unit, language) {
  if (isLacking(language)) return ownRelative(number, unit, language);
  const numeric = unit === "day" || unit === "second" ? "auto" : "always"; // yesterday, but 1 year ago
  return new Intl.RelativeTimeFormat(language, { numeric }).format(number, unit);
}

/**
 * A moment by the letters of Telegram's date-time format, in the reader's own zone, or null where
 * the written text stays. Source: Bot API, "Date-time entity formatting": r relative, w weekday,
 * d/D short or long date, t/T short or long time.
 */
export function byLetters(unix, letters, language) {
  const date = new Date(unix * 1000);
  if (!letters) return null;
  if (letters === "r") return relative(date, language);
  const options = {};
  if (letters.includes("w")) options.weekday = letters.includes("D") ? "long" : "short";
  if (letters.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (letters.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/t/i.test(letters)) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (letters.includes("T")) options.second = "2-digit";
  return write(date, options, language);
}
