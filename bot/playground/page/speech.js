// What the page says around the phones, in the language chosen at its top. The texts are those of
// the bot's catalogs, by their English wording; where none were handed in it speaks English.

import { get } from "./api.js";

const KEY = "playground.language";
const listeners = [];
let languages = {}; // by code: {name, texts}
let current = "en";

/** A text in the page's language; `{placeholders}` are filled from `given`. */
export function say(text, given = {}) {
  const said = languages[current]?.texts[text] ?? text;
  return said.replace(/\{(\w+)\}/g, (whole, name) => given[name] ?? whole);
}

/** The code of the page's language. */
export function spoken() {
  return current;
}

/** Call `draw` now, and whenever another language is chosen. */
export function inLanguage(draw) {
  listeners.push(draw);
  draw();
}

/** Fetch the languages, take the one chosen before or the browser's, and fill the place to choose. */
export async function learn(box) {
  const select = box.querySelector("select");
  languages = await get("/play/texts");
  const codes = Object.keys(languages);
  select.replaceChildren(...codes.map((code) => new Option(languages[code].name, code)));
  for (const option of select.options) option.lang = option.value;
  box.hidden = codes.length < 2;
  select.addEventListener("change", () => {
    remember(select.value);
    speak(box, select.value);
  });
  const wanted = [recall(), ...navigator.languages.map((one) => one.toLowerCase().split("-")[0])];
  speak(box, wanted.find((code) => code in languages) ?? "en");
}

function speak(box, code) {
  current = code;
  box.querySelector("select").value = code;
  box.querySelector("span").textContent = code.toUpperCase();
  document.documentElement.lang = code;
  for (const draw of listeners) draw();
}

function recall() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing asks its own languages every time
  }
}

function remember(code) {
  try {
    localStorage.setItem(KEY, code);
  } catch {
    // as above
  }
}
