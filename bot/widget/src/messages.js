// The log: messages in the order of their seq, those on their way behind them.

const LIVE = ["choices", "form", "confirm"]; // parts that wait for an answer

class Log {
  /** @param panel what the parts need, and `answer(seq, action, value, label)` */
  constructor(panel, intro) {
    this.panel = panel;
    this.pending = new Map();
    this.list = h("div", { class: "list" }, intro);
    // Old messages are not read aloud: the region speaks only once `speak` is called.
    this.element = h("div", { class: "log", role: "log", "aria-live": "off", tabindex: 0, "aria-label": panel.t("log") }, this.list);
  }

  speak() {
    setTimeout(() => this.element.setAttribute("aria-live", "polite"), 300);
  }

  add(message) {
    const element = this.#render(message);
    if (message.seq) this.#place(element, message.seq);
    else {
      this.pending.set(message.key, element);
      this.list.append(element);
    }
    this.#group(element);
    if (message.author.kind !== "customer") this.#closeEarlier(element);
    return element;
  }

  /** A message on its way is stored: null if it stands here already. */
  settle(key, message) {
    const element = this.pending.get(key) || this.list.querySelector(`[data-seq="${message?.seq}"]`);
    const next = element?.nextElementSibling;
    element?.remove();
    this.pending.delete(key);
    if (next) this.#group(next);
    if (message) this.add(message);
  }

  fail(key, reason, again) {
    const element = this.pending.get(key);
    if (!element) return;
    element.classList.add("failed");
    const { t } = this.panel;
    element.querySelector(".fate").replaceChildren(t("notSent"), " ", reason, " ", h("button", { type: "button", class: "plain", onclick: () => { element.remove(); again(); } }, t("edit")));
  }

  /** Pixels between what is shown and the end. */
  get toGo() {
    const { scrollTop, scrollHeight, clientHeight } = this.element;
    return scrollHeight - scrollTop - clientHeight;
  }

  /** Shows the newest; of one that is higher than the window, its beginning. */
  toEnd(newest) {
    const log = this.element;
    log.scrollTop = log.scrollHeight;
    const above = newest ? newest.getBoundingClientRect().top - log.getBoundingClientRect().top : 0;
    if (above < 0) log.scrollTop += above - 12;
    this.followed = above >= 0;
  }

  /** A picture has arrived and pushed the end down: who was there stays there. */
  stay() {
    if (this.followed) this.element.scrollTop = this.element.scrollHeight;
  }

  #place(element, seq) {
    element.dataset.seq = seq;
    let before = null;
    let last = this.list.lastElementChild;
    while (last?.matches(".message") && !(Number(last.dataset.seq) < seq)) {
      before = last;
      last = last.previousElementSibling;
    }
    this.list.insertBefore(element, before);
  }

  #render(message) {
    const { author, text, parts = [], at } = message;
    const panel = this.panel;
    const kind = ["customer", "staff"].includes(author.kind) ? author.kind : "bot";
    const name = kind === "customer" ? panel.t("you") : author.name || panel.t(kind);
    return h(
      "div",
      { class: `message ${kind}` },
      h("p", { class: "who" }, h("bdi", {}, name), at && h("time", { datetime: at }, clock(at, panel))),
      text && h("div", { class: "bubble", dir: "auto" }, linkify(String(text), panel.words)),
      parts.map((part) => this.#part(part, message)),
      !message.seq && h("p", { class: "fate" }, panel.t("sending")),
    );
  }

  #part(part, message) {
    const make = Object.hasOwn(PARTS, part?.kind) && PARTS[part.kind];
    if (!make) return null;
    const panel = Object.create(this.panel);
    if (!LIVE.includes(part.kind)) {
      panel.act = (action, value, label) => this.panel.answer(action, value, label);
      return make(part, panel);
    }
    const box = h("fieldset", { class: "live", "data-action": part.action, "aria-label": part.title });
    panel.act = (action, value, label) => {
      if (!this.panel.answer(action, value, label, message.seq)) return;
      // All that the message asked is answered: what stands beside the pressed button as well.
      for (const other of box.parentNode.querySelectorAll(".live")) other.disabled = true;
    };
    box.append(make(part, panel));
    box.disabled = this.panel.isAnswered(message.seq);
    return box;
  }

  /** Only the newest question waits for an answer; a form that comes back takes its own place. */
  #closeEarlier(newest) {
    const asked = newest.querySelector(".live");
    if (!asked) return;
    for (const box of this.list.querySelectorAll(".live")) {
      const earlier = newest.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_PRECEDING;
      if (!earlier || newest.contains(box)) continue;
      box.disabled = true;
      box.hidden ||= Boolean(asked.dataset.action) && box.dataset.action === asked.dataset.action;
    }
  }

  /** Says the name only where the speaker changes. */
  #group(element) {
    const speaker = (message) => message?.matches(".message") && message.classList[1] + message.querySelector("bdi").textContent;
    for (const one of [element, element.nextElementSibling])
      if (one) one.classList.toggle("more", speaker(one) === speaker(one.previousElementSibling));
  }
}

/** "14:05", with the day where it is not today. */
function clock(at, { locale, t }) {
  const then = new Date(at);
  const time = then.toLocaleTimeString(locale, { hour: "numeric", minute: "2-digit" });
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 864e5);
  if (days === 0) return time;
  return `${days === 1 ? t("yesterday") : then.toLocaleDateString(locale, { month: "short", day: "numeric" })} ${time}`;
}

/** What stands at the beginning: a greeting and some first sentences to choose from. */
function intro(t, product, write) {
  const starters = [...(product ? [t("starterProduct", { product })] : []), ...t("starters")].slice(0, 4);
  return h(
    "div",
    { class: "intro" },
    h("p", { class: "title" }, t("hello")),
    h("p", {}, t("intro")),
    product && h("p", { class: "about" }, t("about", { product })),
    h("div", { class: "choices" }, starters.map((text) => h("button", { type: "button", onclick: () => write(text) }, text))),
  );
}
