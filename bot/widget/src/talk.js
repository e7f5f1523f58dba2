// One visitor's conversation: what has been said, what is on its way, what has been read.

const ACK_MS = 10000; // an answer that takes longer means a dead connection
const RESEND_MS = 5000;
const FRAME_BYTES = 60000; // the counter takes 64 KiB, keys and braces included

class Talk {
  /** @param on {added, settled, failed, typing, state, cleared, unread, error, welcomed} */
  constructor(on) {
    this.on = on;
    this.memory = new Memory(BASE);
    this.outbox = new Outbox(this.memory);
    this.identity = this.product = this.locale = null;
    this.unread = 0;
    this.mine = new Set(); // keys that this tab has sent
    this.#forgetMessages();
    this.connection = new Connection({
      hello: () => this.#hello(),
      take: (frame) => this.#take(frame),
      state: (state) => this.on.state(state),
      token: () => this.memory.get("visitor"),
      after: () => this.last || null,
    });
    this.memory.follow((name, value) => this.#changedElsewhere(name, value));
  }

  get known() {
    return Boolean(this.memory.get("visitor") || this.identity || this.outbox.frames.length);
  }

  /** Sends a message or action frame; it is kept until the counter has stored it. False: too long. */
  submit(frame, label) {
    const full = { key: newKey(), ...frame };
    if (new TextEncoder().encode(JSON.stringify(full)).length > FRAME_BYTES) return false;
    this.mine.add(full.key);
    // The words shown meanwhile stay beside the frame, the counter does not get them.
    this.outbox.add({ ...full, label });
    this.on.added({ key: full.key, author: { kind: "customer" }, text: label ?? frame.text, parts: [] }, true);
    this.connection.start();
    this.#sendNow(full);
    return true;
  }

  typing() {
    if (Date.now() - (this.typed || 0) < 3000) return;
    this.typed = Date.now();
    this.connection.send({ type: "typing" });
  }

  /** The customer has seen everything that is there. */
  read() {
    const last = this.last;
    if (!last || last <= this.readSeq) return;
    this.memory.set("read", { conversation: this.conversation, seq: last });
    this.readSeq = last;
    this.connection.send({ type: "read", seq: last });
    this.#count();
  }

  /** Locale, product or identity have changed: they travel in the hello. */
  greetAgain() {
    this.connection.restart();
  }

  /** Forgets the visitor here and, where the counter can be reached, there. */
  async shutdown() {
    const token = this.memory.get("visitor");
    this.connection.stop();
    for (const name of ["visitor", "read"]) this.memory.set(name, null);
    this.outbox.clear();
    this.identity = null;
    this.#forgetMessages();
    this.on.cleared();
    this.#count();
    if (!token) return;
    await fetch(BASE + "/chat/visitor", {
      method: "DELETE", headers: { Authorization: "Bearer " + token }, credentials: "omit", keepalive: true,
    }).catch(() => this.on.error("offline"));
  }

  #hello() {
    this.asked = this.last || null;
    this.askedAs = this.memory.get("visitor");
    return {
      type: "hello",
      visitor: this.askedAs,
      locale: this.locale,
      page: { url: location.origin + location.pathname, title: document.title.slice(0, 200), product: this.product },
      identity: this.identity,
      after: this.asked,
    };
  }

  #take(frame) {
    const kind = frame.type || (frame.seq && frame.author ? "message" : "");
    if (kind === "welcome") this.#welcome(frame);
    else if (kind === "ack") this.#acked(frame.key, frame.seq);
    else if (kind === "message") this.#message(frame, true);
    else if (kind === "typing") this.on.typing(frame.author || {});
    else if (kind === "error") this.#refused(frame);
  }

  #welcome(frame) {
    const stored = this.memory.get("visitor");
    // Another tab was given a visitor while we asked for one: there must be one of them only.
    if (!this.askedAs && stored && stored !== frame.visitor) return this.connection.restart();
    this.memory.set("visitor", frame.visitor);
    const moved = this.conversation && this.conversation !== frame.conversation;
    if (moved) {
      this.#forgetMessages();
      this.on.cleared();
    }
    this.conversation = frame.conversation;
    const read = this.memory.get("read");
    this.readSeq = read?.conversation === frame.conversation ? read.seq : 0;
    if (moved && this.asked) return this.connection.restart(); // we asked for the rest of another one
    const live = this.greeted;
    this.greeted = true;
    for (const message of frame.messages || []) this.#message(message, live);
    this.on.welcomed(frame.customer);
    for (const { label, ...rest } of this.outbox.frames) this.#sendNow(rest);
    this.#count();
  }

  #message(message, fresh) {
    const known = this.messages.get(message.seq);
    if (known && !known.mine) return;
    this.messages.set(message.seq, message);
    if (known) return this.on.settled(message.key, message); // now with the counter's own words
    this.last = Math.max(this.last, message.seq);
    const own = message.author.kind === "customer" && message.key && this.outbox.take(message.key);
    if (own) this.on.settled(message.key, message);
    else this.on.added(message, fresh);
    this.#count();
  }

  #acked(key, seq) {
    clearTimeout(this.waiting.get(key));
    this.waiting.delete(key);
    const frame = this.outbox.take(key);
    if (!frame) return;
    if (this.messages.has(seq)) return this.on.settled(key, null); // it came as a message already
    const message = { mine: true, seq, key, author: { kind: "customer" }, text: frame.label ?? frame.text, parts: [], at: new Date().toISOString() };
    this.messages.set(seq, message);
    this.last = Math.max(this.last, seq);
    this.on.settled(key, message);
  }

  #refused({ key, code }) {
    clearTimeout(this.waiting.get(key));
    const later = code === "rate_limited" || code === "unavailable"; // the counter's trouble, not the message's
    if (later && key) setTimeout(() => this.#resend(key), RESEND_MS);
    else if (key) {
      const frame = this.outbox.take(key);
      if (frame) this.on.failed(key, frame, code);
    } else if (code === "unauthorized" && !this.identity && this.memory.get("visitor")) {
      this.memory.set("visitor", null); // ended elsewhere: begin again as somebody new
      this.connection.restart();
    }
    this.on.error(code);
  }

  #resend(key) {
    const frame = this.outbox.frames.find((f) => f.key === key);
    if (frame) this.#sendNow((({ label, ...rest }) => rest)(frame));
  }

  #sendNow(frame) {
    if (!this.connection.send(frame)) return;
    clearTimeout(this.waiting.get(frame.key));
    this.waiting.set(frame.key, setTimeout(() => this.connection.restart(), ACK_MS));
  }

  #changedElsewhere(name, value) {
    if (name === "read" && value?.conversation === this.conversation) {
      this.readSeq = Math.max(this.readSeq, value.seq);
      this.#count();
    } else if (name === "visitor" && value === null) {
      this.connection.stop();
      this.#forgetMessages();
      this.on.cleared();
      this.#count();
    } else if (name === "visitor" && !this.last) this.connection.restart(); // a second tab of a new visitor
  }

  #forgetMessages() {
    for (const timer of this.waiting?.values() || []) clearTimeout(timer);
    Object.assign(this, { messages: new Map(), waiting: new Map(), last: 0, readSeq: 0, conversation: null, greeted: false });
  }

  #count() {
    const unread = [...this.messages.values()].filter((m) => m.seq > this.readSeq && m.author.kind !== "customer");
    if (unread.length !== this.unread) this.on.unread((this.unread = unread.length));
  }
}
