// A stream of events from the server that comes back by itself. The browser's own EventSource tells neither why it was refused
// nor that nothing comes any more.

/** The server says something every 20 s, if only that it is there. */
const SILENCE = 50_000;
/** Between two tries to come back, at first and at most. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/** The events in a body, as `{name, data}`; `alive` is called with every piece that arrives. */
async function* eventsOf(body, alive) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    alive();
    const blocks = (text + value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const field = (name) =>
        block
          .split("\n")
          .filter((line) => line.startsWith(`${name}: `))
          .map((line) => line.slice(name.length + 2))
          .join("\n");
      if (field("data")) yield { name: field("event"), data: JSON.parse(field("data")) };
    }
  }
}

/** Waits, but not after the browser says that the network is back. */
function pause(milliseconds) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    window.addEventListener("online", () => (clearTimeout(timer), resolve()), { once: true });
  });
}

/**
 * `url()` is asked anew for each connection. Calls `live()` when the stream is there, `lost()` when it is not, `told(event)` with
 * each event and `refused(status)` where the server wants none; after that it does not come back. What `told` returns of a last
 * event is how many milliseconds to wait, or `null` not to come back.
 */
export class EventStream {
  #url;
  #on;
  #connection = null;

  constructor(url, handlers) {
    this.#url = url;
    this.#on = handlers;
  }

  get isOpen() {
    return this.#connection !== null;
  }

  /** Begins; anew where there is one. */
  open() {
    this.close();
    const connection = new AbortController();
    this.#connection = connection;
    this.#keep(connection);
  }

  close() {
    this.#connection?.abort();
    this.#connection = null;
  }

  async #keep(connection) {
    const is = () => this.#connection === connection;
    let tries = 0;
    while (is()) {
      const wait = await this.#read(connection, () => (tries = 0));
      if (!is()) return;
      if (wait === null) {
        this.#connection = null;
        return;
      }
      this.#on.lost();
      const longest = Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT);
      tries += 1;
      await pause(wait ?? longest * (0.5 + Math.random() / 2));
    }
  }

  /** Reads until the stream ends. Gives how long to wait then; `undefined` where nothing says so, `null` for always. */
  async #read(connection, begun) {
    const request = new AbortController();
    const end = () => request.abort();
    connection.signal.addEventListener("abort", end);
    let timer = setTimeout(end, SILENCE);
    const alive = () => {
      clearTimeout(timer);
      timer = setTimeout(end, SILENCE);
    };
    let wait;
    try {
      // As htmx asks, so that a session that is over is no redirect.
      const headers = { "HX-Request": "true", Accept: "text/event-stream" };
      const response = await fetch(this.#url(), { headers, signal: request.signal });
      if ([401, 403, 404].includes(response.status)) {
        this.#on.refused(response.status);
        return null;
      }
      if (!response.ok) return undefined;
      begun();
      this.#on.live();
      for await (const event of eventsOf(response.body, alive)) {
        if (this.#connection !== connection) return undefined;
        wait = this.#on.told(event);
      }
    } catch {
      // The network, or the silence: it is tried again.
    } finally {
      clearTimeout(timer);
      connection.signal.removeEventListener("abort", end);
    }
    return wait;
  }
}
