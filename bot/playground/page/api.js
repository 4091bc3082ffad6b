// Talking to the playground's server: calls, and the stream of events.

/** The server refused a call; `message` is its reason. */
export class Refused extends Error {}

async function answer(response) {
  const body = (response.headers.get("content-type") ?? "").includes("json")
    ? await response.json()
    : {};
  if (!response.ok) throw new Refused(body.error ?? body.description ?? response.statusText);
  return body;
}

/** GET a path of the server with query parameters. */
export async function get(path, query = {}) {
  const search = new URLSearchParams(query).toString();
  return answer(await fetch(search ? `${path}?${search}` : path, { cache: "no-store" }));
}

/** POST a JSON body; fields that are undefined or null are left out. */
export async function post(path, body) {
  const given = Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined && value !== null),
  );
  const headers = { "Content-Type": "application/json" };
  return answer(await fetch(path, { method: "POST", headers, body: JSON.stringify(given) }));
}

const RETRY_MS = 1500;

/**
 * Follow the server's events. `opened` runs on every connection, the first one too, so that the
 * state can be read anew; `lost` when the connection is gone. EventSource gives up for good on
 * some answers, so a closed one is replaced.
 */
export function follow({ opened, event, lost }) {
  let source = null;
  function connect() {
    source = new EventSource("/play/events");
    source.onopen = opened;
    source.onmessage = (message) => event(JSON.parse(message.data));
    source.onerror = () => {
      lost();
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
    };
  }
  connect();
  addEventListener("pagehide", () => source.close());
  addEventListener("pageshow", (shown) => {
    if (shown.persisted) connect();
  });
}
