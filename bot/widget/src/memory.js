// What this browser keeps, under the host page's origin. No cookie is ever set.

/** localStorage under our own prefix; plain memory where the browser forbids it. */
class Memory {
  constructor(counter) {
    this.prefix = `madoguchi:${counter}:`;
    this.own = new Map();
  }

  get(name) {
    try {
      const text = localStorage.getItem(this.prefix + name);
      return text === null ? null : JSON.parse(text);
    } catch {
      return this.own.get(name) ?? null;
    }
  }

  set(name, value) {
    this.own.set(name, value);
    try {
      if (value === null) localStorage.removeItem(this.prefix + name);
      else localStorage.setItem(this.prefix + name, JSON.stringify(value));
    } catch {
      // Forbidden or full: the page's own memory has it.
    }
  }

  /** Calls `seen(name, value)` when another tab has changed something. */
  follow(seen) {
    addEventListener("storage", (event) => {
      if (event.key?.startsWith(this.prefix)) {
        const name = event.key.slice(this.prefix.length);
        seen(name, this.get(name));
      }
    });
  }
}

/** Messages on their way: each keeps its key until the server has acknowledged it. */
class Outbox {
  constructor(memory) {
    this.memory = memory;
    this.frames = memory.get("outbox") || [];
  }

  add(frame) {
    this.frames.push(frame);
    this.#save((kept) => [...kept.filter((f) => f.key !== frame.key), frame]);
  }

  /** Takes the frame with that key out and returns it, undefined if it is not there. */
  take(key) {
    const frame = this.frames.find((f) => f.key === key);
    this.frames = this.frames.filter((f) => f !== frame);
    if (frame) this.#save((kept) => kept.filter((f) => f.key !== key));
    return frame;
  }

  clear() {
    this.frames = [];
    this.memory.set("outbox", null);
  }

  // Other tabs keep theirs in the same list.
  #save(change) {
    this.memory.set("outbox", change(this.memory.get("outbox") || []).slice(-50));
  }
}

/** A key nobody else makes; getRandomValues is there on plain http too, randomUUID is not. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
}
