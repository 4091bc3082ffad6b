// The pages work without this. On a wide screen it unfolds the topics; the rest is for Telegram.
//
// Telegram opens a Mini App with its launch parameters after "#" (tgWebAppData, tgWebAppVersion,
// tgWebAppThemeParams). Client and page then exchange small JSON events: through a native bridge,
// or by postMessage where the client is a page itself. These few lines speak the part that is
// needed here (core.telegram.org/api/web-events, core.telegram.org/bots/webapps), so that no script
// of another site has to be loaded.
"use strict";
(() => {
  const folds = document.querySelectorAll(".fold");
  const unfold = () => folds.forEach((fold) => (fold.open = true));
  if (matchMedia("(min-width: 52rem)").matches) unfold();
  window.addEventListener("beforeprint", unfold);

  const KEPT = "launch";
  const HEX = /^#[0-9a-f]{6}$/i;
  const CLIENT = "https://web.telegram.org";
  const AA = 4.5;

  const given = new URLSearchParams(location.hash.slice(1));
  let launch = null;
  try {
    // Parameters come with the first page only; the tab keeps them for the next ones.
    if (given.has("tgWebAppVersion")) sessionStorage.setItem(KEPT, given.toString());
    launch = sessionStorage.getItem(KEPT);
  } catch {
    launch = given.has("tgWebAppVersion") ? given.toString() : null;
  }
  if (!launch) return;
  const parameters = new URLSearchParams(launch);
  const initData = parameters.get("tgWebAppData") || "";
  const root = document.documentElement;

  // What the next pages of the tab are to know.
  function keep(changed) {
    for (const [name, value] of Object.entries(changed)) parameters.set(name, value);
    try {
      sessionStorage.setItem(KEPT, parameters.toString());
    } catch {
      // Nothing can be kept here.
    }
  }

  function post(name, data = {}) {
    const bridge = window.TelegramWebviewProxy;
    if (bridge) {
      bridge.postEvent(name, JSON.stringify(data));
    } else if (window.external && "notify" in window.external) {
      window.external.notify(JSON.stringify({ eventType: name, eventData: data }));
    } else if (window.parent !== window) {
      window.parent.postMessage(JSON.stringify({ eventType: name, eventData: data }), CLIENT);
    }
  }

  function receive(name, data) {
    if (name === "theme_changed" && data && data.theme_params) {
      paint(data.theme_params);
      keep({ tgWebAppThemeParams: JSON.stringify(data.theme_params) });
    }
    if (name === "back_button_pressed") history.back();
  }
  window.Telegram = { WebView: { receiveEvent: receive } };
  window.TelegramGameProxy = { receiveEvent: receive };
  window.TelegramGameProxy_receiveEvent = receive;
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== CLIENT) return;
    try {
      const said = JSON.parse(event.data);
      receive(said.eventType, said.eventData);
    } catch {
      // Not an event of the protocol.
    }
  });

  // Colours. A theme's colour that cannot be read on the theme's ground is changed until it can.
  const channel = (part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  const light = (hex) => {
    const [red, green, blue] = [1, 3, 5].map((at) => channel(parseInt(hex.slice(at, at + 2), 16)));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  // A colour, mixed with another one in small steps until it stands out from every ground.
  function adjusted(from, grounds, towards) {
    const parts = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
    for (let step = 0; step <= 20; step += 1) {
      const [start, end] = [parts(from), parts(towards)];
      const mixed = start.map((part, at) => Math.round(part + ((end[at] - part) * step) / 20));
      const hex = `#${mixed.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
      if (grounds.every((each) => contrast(hex, each) >= AA)) return hex;
    }
    return towards;
  }
  function paint(theme) {
    const colour = (name) => (HEX.test(theme[name] || "") ? theme[name] : null);
    const ground = colour("bg_color");
    const text = colour("text_color");
    if (!ground || !text || contrast(ground, text) < AA) return;
    const surface = colour("secondary_bg_color") || ground;
    const readable = (name) => adjusted(colour(name) || text, [ground, surface], text);
    const words = colour("button_text_color") || ground;
    const button = adjusted(colour("button_color") || text, [words], light(words) > 0.18 ? "#000000" : "#ffffff");
    const dark = light(ground) < 0.18;
    root.dataset.theme = dark ? "dark" : "light";
    root.style.setProperty("color-scheme", root.dataset.theme);
    const set = {
      "--bg": ground,
      "--surface": contrast(surface, text) >= AA ? surface : ground,
      "--text": text,
      "--muted": readable("hint_color"),
      "--link": readable("link_color"),
      "--button": button,
      "--button-text": words,
    };
    for (const [name, value] of Object.entries(set)) root.style.setProperty(name, value);
  }

  root.classList.add("in-telegram");
  try {
    paint(JSON.parse(parameters.get("tgWebAppThemeParams") || "{}"));
  } catch {
    // No theme: the page's own colours stay.
  }
  const first = given.has("tgWebAppVersion");
  // The person's own language, where the site has it: the browser may speak another one.
  let spoken = root.lang;
  try {
    const user = JSON.parse(new URLSearchParams(initData).get("user") || "{}");
    spoken = String(user.language_code || spoken).split("-")[0];
  } catch {
    // Not a person's data.
  }
  const own = document.querySelector(`.languages a[hreflang="${CSS.escape(spoken)}"]`);
  if (!own) spoken = root.lang;
  // t.me/BOT?startapp=provision_ID opens that page (Bot API, direct link Mini Apps).
  const wanted = /^(provision|topic)_([a-z][a-z0-9_]{0,23})$/.exec(given.get("tgWebAppStartParam") || "");
  if (wanted) {
    const page = new URL(`../${spoken}/${wanted[1]}s/${wanted[2]}`, document.currentScript.src);
    given.delete("tgWebAppStartParam");
    page.hash = given.toString();
    location.replace(page);
    return;
  }
  if (first && spoken !== root.lang) {
    location.replace(`${own.href}#${given}`);
    return;
  }
  post("iframe_ready", { reload_supported: true });
  post("web_app_expand");
  post("web_app_setup_back_button", { is_visible: !first });

  // A link to Telegram opens in Telegram, one to another site in the browser.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.dataset.follow) return;
    const isFile = /\.(csv|atom|json|svg|png)$|\/api\/v1\//.test(link.pathname);
    if (link.origin === location.origin && !isFile) return;
    event.preventDefault();
    if (link.hostname === "t.me") {
      post("web_app_open_tg_link", { path_full: link.pathname + link.search });
    } else {
      post("web_app_open_link", { url: link.href });
    }
  });

  // Following. The site's address is that of this script: /static/app.HASH.js
  const endpoint = new URL("../app/follow", document.currentScript.src);
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "status");

  async function ask(button, act) {
    button.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(endpoint, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({
          init_data: initData,
          scope: button.dataset.follow,
          act,
          language: root.lang,
        }),
      });
      return await response.json();
    } catch {
      return {};
    } finally {
      button.removeAttribute("aria-busy");
    }
  }

  function show(button, answer) {
    if (answer.state) button.dataset.state = answer.state;
    if (answer.label) button.textContent = answer.label;
    notice.textContent = answer.notice || "";
    if (answer.notice) setTimeout(() => (notice.textContent = ""), 5000);
  }

  function start() {
    document.body.append(notice);
    for (const link of initData ? document.querySelectorAll("a[data-follow]") : []) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = link.className;
      button.dataset.follow = link.dataset.follow;
      button.textContent = link.textContent;
      ask(button, "look").then((answer) => {
        if (!answer.state) return; // not proven, or nobody keeps it here: the link stays
        show(button, answer);
        link.replaceWith(button);
      });
      button.addEventListener("click", async () => {
        if (button.getAttribute("aria-busy")) return;
        if (button.dataset.state === "covered") {
          post("web_app_open_tg_link", { path_full: new URL(link.href).pathname });
          return;
        }
        const act = button.dataset.state === "followed" ? "unfollow" : "follow";
        const answer = await ask(button, act);
        if (answer.state) post("web_app_trigger_haptic_feedback", { type: "notification", notification_type: "success" });
        show(button, answer);
      });
    }
    post("web_app_ready");
  }
  start();
})();
