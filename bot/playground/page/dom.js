// Building elements. Text always goes in as text; HTML only through `sanitised`.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `given`: `class`, `text`, `on` (listeners by event), `data` (data-…), and
 * attributes; null, undefined and false leave an attribute out, true sets it empty.
 */
export function el(tag, given = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Put HTML into an element that the server built from entities alone (bot/playground/page_html.py). */
export function sanitised(element, html) {
  element.innerHTML = html;
  return element;
}

const PATHS = {
  send: "M4 20.5 21 12 4 3.5l2.6 7L14 12l-7.4 1.5z",
  menu: "M4 7h16M4 12h16M4 17h16",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 10l6 6 6-6",
  reply: "M10 8V4l-7 7 7 7v-4.2c5 0 8.300 1.600 10.700 5.200-1-5.200-4-10.300-10.700-11z",
  silent: "M4 4l16 16M9.500 5.300A5.500 5.500 0 0 1 17.500 10c0 2.200.4 3.800 1 5M7 9.500c-.3 4-1 5-2.200 6.500h10.700M10 19.500a2.200 2.200 0 0 0 4 0",
  attach: "M20 11.500l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400l7.700-7.700",
  edit: "M4 20l1-4L16 5l3 3L8 19zM14 7l3 3",
  done: "M5 13l4 4L19 7",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
  ban: "M5.600 5.600l12.800 12.800M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  link: "M9 15 19 5M12 5h7v7",
  copy: "M9 9h10v11H9zM5 15V4h10",
  share: "M12 15V4M8 8l4-4 4 4M5 13v6h14v-6",
};
const FILLED = new Set(["send", "reply"]);

/** A picture of 24 by 24 that says nothing to a screen reader. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", FILLED.has(name) ? "icon filled" : "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** The class that colours a person or chat. */
export function hueOf(id) {
  return `hue${Math.abs(id ?? 0) % 8}`;
}

/** A round picture with the first letter of a name; its colour comes from `seed`. */
export function avatar(name, seed, language) {
  const letter = ([...name.trim()][0] ?? "?").toLocaleUpperCase(language);
  return el("span", { class: `avatar ${hueOf(seed)}`, "aria-hidden": "true", text: letter });
}
