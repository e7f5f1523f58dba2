// The way to the counter: a WebSocket, or polling over HTTP where sockets do not get through.

const WELCOME_MS = 8000; // a handshake that takes longer is taken for a blocked one
const POLL_MS = { near: 2000, far: 15000 }; // with the panel open, and closed
const RETRY_SOCKET_MS = 60000;

class Connection {
  /**
   * @param hello makes the first frame, anew for each connection
   * @param take gets every frame that arrives
   * @param state gets "connecting", "open" or "offline"
   */
  constructor({ hello, take, state, token, after }) {
    Object.assign(this, { hello, take, state, token, after });
    this.running = this.ready = this.near = false;
    this.failures = 0;
    addEventListener("online", () => this.running && !this.ready && this.restart());
  }

  start() {
    if (this.running) return;
    this.running = true;
    this.state("connecting");
    this.#connect();
  }

  stop() {
    this.running = false;
    this.#drop();
  }

  /** Connects again at once, with a new hello. */
  restart() {
    if (!this.running) return;
    this.#drop();
    this.failures = 0;
    this.#connect();
  }

  /** Hands a frame over; false if there is no connection now. */
  send(frame) {
    if (!this.ready) return false;
    if (this.socket) this.socket.send(JSON.stringify(frame));
    else this.posts = this.posts.then(() => this.#post(frame)).catch(() => this.#lost());
    return true;
  }

  #drop() {
    this.ready = false;
    clearTimeout(this.timer);
    clearTimeout(this.upgrade);
    const socket = this.socket;
    this.socket = this.polling = null;
    if (socket) socket.close();
  }

  #connect() {
    // Now and then a try goes over HTTP: it gets through where a proxy eats the upgrade.
    const patience = this.socketWorked ? 8 : 3;
    if (this.failures % patience === patience - 1) this.#connectHttp();
    else this.#connectSocket();
  }

  #connectSocket() {
    let socket;
    try {
      socket = this.socket = new WebSocket(BASE.replace(/^http/, "ws") + "/chat/socket");
    } catch {
      this.#lost();
      return;
    }
    this.timer = setTimeout(() => this.socket === socket && this.#lost(), WELCOME_MS);
    socket.onopen = () => socket.send(JSON.stringify(this.hello()));
    socket.onmessage = (event) => this.socket === socket && this.#arrived(event.data);
    socket.onclose = () => this.socket === socket && this.#lost();
  }

  #arrived(data) {
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    if (frame.type === "welcome") this.#welcomed();
    this.take(frame);
  }

  #welcomed() {
    clearTimeout(this.timer);
    this.ready = true;
    this.failures = 0;
    this.socketWorked ||= Boolean(this.socket);
    this.state("open");
  }

  #lost() {
    this.#drop();
    if (!this.running) return;
    this.failures += 1;
    if (this.failures > 1) this.state("offline");
    const delay = Math.min(30000, 300 * 2 ** this.failures) * (0.5 + Math.random() / 2);
    this.timer = setTimeout(() => this.#connect(), delay);
  }

  async #connectHttp() {
    const polling = (this.polling = {});
    this.posts = Promise.resolve();
    try {
      await this.#post(this.hello());
      if (this.polling !== polling) return;
      this.upgrade = setTimeout(() => this.polling === polling && this.restart(), RETRY_SOCKET_MS);
      while (this.polling === polling) {
        await new Promise((done) => (this.timer = setTimeout(done, this.near ? POLL_MS.near : POLL_MS.far)));
        if (this.polling === polling) await this.#poll();
      }
    } catch {
      if (this.polling === polling) this.#lost();
    }
  }

  #post(frame) {
    // Each request stands alone: it tells the language again.
    return this.#request("", { method: "POST", body: JSON.stringify({ locale: this.hello().locale, ...frame }) });
  }

  #poll() {
    return this.#request("?after=" + (this.after() ?? 0), {});
  }

  async #request(query, options) {
    const headers = options.body ? { "Content-Type": "application/json" } : {};
    if (this.token()) headers.Authorization = "Bearer " + this.token();
    const answer = await fetch(BASE + "/chat/messages" + query, { ...options, headers, credentials: "omit", cache: "no-store" });
    if (answer.status >= 500) throw new Error("unavailable");
    const body = await answer.json();
    for (const frame of body.frames || body.messages || [body].flat()) {
      if (frame.type === "welcome") this.#welcomed();
      this.take(frame);
    }
  }
}
