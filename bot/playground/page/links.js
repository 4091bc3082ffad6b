// Where a link leads: some of Telegram's own addresses are handled inside the page.

const HOSTS = new Set(["t.me", "telegram.me", "telegram.dog"]);

/**
 * What following a link means: `{kind: "start", payload}` a private chat with the bot,
 * `{kind: "add", channel}` the bot is added to a group or channel, `{kind: "share", text}`, or
 * null for any other address. Source: core.telegram.org/api/links.
 */
export function inside(address, username) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  const path = url.pathname.replace(/^\/+|\/+$/g, "");
  const query = url.searchParams;
  if (url.protocol === "tg:") {
    if (url.host === "resolve" && same(query.get("domain"), username)) return deep(query);
    return url.host === "msg_url" ? share(query) : null;
  }
  if (!/^https?:$/.test(url.protocol) || !HOSTS.has(url.hostname)) return null;
  if (path === "share" || path === "share/url") return share(query);
  return same(path, username) ? deep(query) : null;
}

function same(name, username) {
  return (name ?? "").toLowerCase() === username.toLowerCase();
}

function deep(query) {
  if (query.has("startgroup")) return { kind: "add", channel: false };
  if (query.has("startchannel")) return { kind: "add", channel: true };
  return { kind: "start", payload: query.get("start") ?? "" };
}

function share(query) {
  return { kind: "share", text: [query.get("url"), query.get("text")].filter(Boolean).join("\n") };
}

/** Whether an address may be put into a link at all. */
export function harmless(address) {
  return /^(https?|mailto|tel|tg):/i.test(address);
}
