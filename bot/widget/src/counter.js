// The element on the page: a button in the corner and the panel it opens.

class Counter extends HTMLElement {
  constructor() {
    super();
    this.root = this.attachShadow({ mode: "open" });
    dress(this.root);
    this.isOpen = false;
    this.talk = new Talk({
      added: (message, fresh) => this.#added(message, fresh),
      settled: (key, message) => this.log.settle(key, message),
      failed: (key, frame, code) => this.#failed(key, frame, code),
      typing: (author) => this.#typing(author),
      state: (state) => this.#state(state),
      cleared: () => this.#build(),
      unread: (count) => this.#unread(count),
      error: (code) => this.#error(code),
      welcomed: () => this.#welcomed(),
    });
  }

  connectedCallback() {
    if (this.panel) return;
    this.#build();
    document.addEventListener("visibilitychange", () => this.#look());
    if (this.talk.known) this.talk.connection.start();
  }

  /** Words, product or look have changed: everything is drawn again, what was typed stays. */
  redraw() {
    if (this.panel) this.#build();
  }

  open() {
    if (this.isOpen) return;
    this.isOpen = true;
    this.before = document.activeElement === this ? null : document.activeElement;
    this.#show();
    this.composer.grow();
    this.talk.connection.near = true;
    this.talk.connection.start();
    this.log.toEnd();
    this.composer.focus();
    this.#look();
    tell("open");
  }

  close() {
    if (!this.isOpen) return;
    this.isOpen = this.talk.connection.near = false;
    const within = this.root.activeElement;
    this.#show();
    // Only if the focus was in here: who clicked elsewhere stays there.
    if (within) (this.before?.isConnected && this.before !== document.body ? this.before : this.launcher).focus({ preventScroll: true });
    tell("close");
  }

  prefill(text) {
    this.composer.prefill(text);
  }

  get words() {
    return WORDS[this.talk.locale];
  }

  #build() {
    const t = (key, values) => say(this.words, key, values);
    this.t = t;
    const typed = this.composer?.input.value || "";
    const { locale, product } = this.talk;
    this.count = h("span", { class: "count", "aria-hidden": "true" });
    this.launcher = h("button", { class: "launcher", type: "button", "aria-controls": "panel", onclick: () => this.toggle() }, icon(...ICONS.window), this.count);
    this.log = new Log(this.#forParts(), intro(t, product, (text) => this.#submit({ type: "message", text, files: [] })));
    this.status = h("p", { class: "status", role: "status" });
    this.alert = h("p", { class: "fault", role: "alert" });
    this.dots = h("p", { class: "dots", hidden: true });
    this.jump = h("button", { class: "jump", type: "button", hidden: true, onclick: () => this.log.toEnd() }, icon(...ICONS.down), t("newMessages"));
    this.composer = new Composer({
      t,
      words: () => this.words,
      token: () => this.#token(),
      problem: (text) => this.#problem(text),
      typing: () => this.talk.typing(),
      send: (frame, label) => this.#submit(frame, label),
    });
    this.panel = h(
      "section",
      { class: "panel", id: "panel", role: "dialog", "aria-labelledby": "title" },
      h(
        "div",
        { class: "head" },
        h("span", { class: "mark" }, icon(...ICONS.window)),
        h("div", {}, h("h2", { id: "title" }, CONFIG.company || t("name")), h("p", {}, t("tagline"))),
        h("button", { class: "plain close", type: "button", "aria-label": t("close"), onclick: () => this.close() }, icon(...ICONS.close)),
      ),
      this.status,
      this.log.element,
      h("div", { class: "foot" }, this.jump, this.dots, this.alert, this.composer.tray.element, this.composer.element),
      h("p", { class: "drop", "aria-hidden": "true" }, t("drop")),
    );
    this.root.querySelector(".root")?.remove();
    this.root.append(h("div", { class: "root", lang: locale, "data-theme": this.theme }, this.launcher, this.panel));
    this.#listen();
    this.prefill(typed);
    for (const message of [...this.talk.messages.values()].sort((a, b) => a.seq - b.seq)) this.log.add(message);
    for (const frame of this.talk.outbox.frames) this.log.add({ key: frame.key, author: { kind: "customer" }, text: frame.label ?? frame.text });
    this.#unread(this.talk.unread || 0, true);
    this.#show();
    this.log.toEnd();
    if (this.talk.greeted) this.log.speak();
  }

  #listen() {
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) this.close();
      if (event.key === "Tab" && FULL.matches) turnAround(event, this.panel);
      event.stopPropagation(); // the page's own shortcuts are not meant
    });
    this.panel.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.panel.classList.add("dragging");
    });
    this.panel.addEventListener("dragleave", (event) => this.panel.contains(event.relatedTarget) || this.panel.classList.remove("dragging"));
    this.panel.addEventListener("drop", (event) => {
      this.panel.classList.remove("dragging");
      this.composer.takeFiles(event, event.dataTransfer);
    });
    this.log.element.addEventListener("scroll", () => {
      this.log.followed = this.log.toGo < 5;
      if (this.log.followed) this.jump.hidden = true;
    });
  }

  #forParts() {
    const { talk } = this;
    return {
      t: this.t,
      words: this.words,
      locale: talk.locale,
      answer: (action, value, label, seq) => this.#answer(action, value, label, seq),
      isAnswered: (seq) => (talk.memory.get("answered") || []).includes(`${talk.conversation}:${seq}`),
      fetchFile: async (url) => fetchPrivate(url, await this.#token()),
      problem: (text) => this.#problem(text),
      settle: () => this.log.stay(),
    };
  }

  #submit(frame, label) {
    this.alert.textContent = "";
    if (this.talk.submit(frame, label)) return true;
    this.#problem(this.t("tooLong"));
    return false;
  }

  #answer(action, value, label, seq) {
    // The label is what the history will show as the customer's words.
    const sent = this.#submit({ type: "action", action, value: { ...value, label } }, label);
    if (!sent || !seq) return false;
    const { memory, conversation } = this.talk;
    memory.set("answered", [...(memory.get("answered") || []), `${conversation}:${seq}`].slice(-100));
    // The pressed button is about to be disabled; the focus waits in the log for what follows.
    this.log.element.focus({ preventScroll: true });
    return true;
  }

  #added(message, fresh) {
    const follow = this.log.toGo < 90 || message.author.kind === "customer";
    const element = this.log.add(message);
    if (message.author.kind !== "customer") this.dots.hidden = true;
    if (follow) this.log.toEnd(message.author.kind === "customer" ? null : element);
    else if (fresh) this.jump.hidden = false;
    if (!fresh) return;
    if (message.seq) tell("message", { seq: message.seq, author: message.author.kind });
    if (this.talk.mine.has(message.in_reply_to)) this.#focusOn(element);
    this.#look();
  }

  /** The answer to a pressed button goes on where the customer was. */
  #focusOn(element) {
    if (this.root.activeElement !== this.log.element) return;
    const next = element.querySelector(".live [aria-invalid]") || (matchMedia("(pointer: fine)").matches && element.querySelector(".live :is(input, select, textarea, button)"));
    if (next) (next.matches("fieldset") ? next.querySelector("input") : next).focus();
  }

  #failed(key, frame, code) {
    this.log.fail(key, this.#reason(code), () => {
      if (frame.text) this.prefill(frame.text);
      this.composer.focus();
    });
  }

  #reason(code) {
    if (code === "unauthorized" && this.talk.identity) return this.t("identity");
    return this.t({ too_long: "tooLong", rate_limited: "slowDown" }[code] || "trouble");
  }

  #error(code) {
    if (code !== "too_long") this.#problem(this.#reason(code));
    tell("error", { code });
  }

  #problem(text) {
    this.alert.textContent = text;
    clearTimeout(this.alertTimer);
    this.alertTimer = setTimeout(() => (this.alert.textContent = ""), 12000);
  }

  #typing(author) {
    this.dots.replaceChildren(h("span", { class: "hidden" }, this.t("typing", { name: author.name || this.t("bot") })), h("i"), h("i"), h("i"));
    this.dots.hidden = false;
    clearTimeout(this.dotsTimer);
    this.dotsTimer = setTimeout(() => (this.dots.hidden = true), 6000);
  }

  #state(state) {
    this.status.textContent = state === "open" ? "" : this.t(state);
  }

  #welcomed() {
    this.log.speak();
    this.#look();
  }

  /** What stands in an open panel on a visible page counts as read. */
  #look() {
    if (this.isOpen && document.visibilityState === "visible") this.talk.read();
  }

  #unread(count, quiet) {
    this.count.textContent = count > 99 ? "99+" : count || "";
    this.launcher.setAttribute("aria-label", count ? this.t("openUnread", { count }) : this.t("open"));
    if (!quiet) tell("unread", { count });
  }

  #show() {
    this.panel.hidden = !this.isOpen;
    this.panel.setAttribute("aria-modal", FULL.matches);
    this.launcher.setAttribute("aria-expanded", this.isOpen);
  }

  toggle() {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** A file needs a visitor it belongs to: the first hello may still be under way. */
  async #token() {
    this.talk.connection.start();
    for (let tries = 0; tries < 100; tries += 1) {
      const token = this.talk.memory.get("visitor");
      if (token) return token;
      await new Promise((done) => setTimeout(done, 100));
    }
    throw new Error("offline");
  }
}
