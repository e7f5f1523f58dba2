// Where the customer writes: the text field, files beside it, and the keys that send.

class Composer {
  /** @param panel t, words, token() for uploads, problem(text), typing(), send(frame, label): whether it went */
  constructor(panel) {
    this.panel = panel;
    const { t } = panel;
    this.tray = new Tray(panel.words, panel.token, panel.problem);
    this.input = h("textarea", { rows: 1, "aria-label": t("write"), placeholder: t("write"), maxlength: 20000, enterkeyhint: "send" });
    const picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1 });
    picker.addEventListener("change", () => {
      this.tray.add(picker.files);
      picker.value = "";
    });
    this.element = h(
      "form",
      { class: "composer" },
      picker,
      h("button", { class: "plain", type: "button", "aria-label": t("attach"), onclick: () => picker.click() }, icon(...ICONS.clip)),
      this.input,
      h("button", { class: "main send", "aria-label": t("send") }, icon(...ICONS.send)),
    );
    this.#listen();
  }

  prefill(text) {
    this.input.value = String(text);
    this.grow();
  }

  focus() {
    this.input.focus({ preventScroll: true });
  }

  /** The field is as high as its text, up to a few lines. */
  grow() {
    this.input.style.height = "auto";
    this.input.style.height = Math.min(this.input.scrollHeight, 140) + "px";
  }

  /** Files that were dropped or pasted; everything else goes its usual way. */
  takeFiles(event, source) {
    if (!source?.files.length) return;
    event.preventDefault();
    this.tray.add(source.files);
  }

  #listen() {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.input.addEventListener("input", () => {
      this.grow();
      if (this.input.value) this.panel.typing();
    });
    this.input.addEventListener("keydown", (event) => {
      // Enter also ends a conversion in Japanese input: 229 is the key code browsers then give.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      this.#send();
    });
    this.input.addEventListener("paste", (event) => this.takeFiles(event, event.clipboardData));
  }

  #send() {
    const text = this.input.value.trim();
    if (this.tray.busy) return this.panel.problem(this.panel.t("wait"));
    const files = this.tray.items;
    if (!text && !files.length) return;
    const label = [text, ...files.map((file) => file.name)].filter(Boolean).join("\n");
    if (!this.panel.send({ type: "message", text, files: files.map((file) => file.id) }, label)) return;
    this.tray.empty();
    this.prefill("");
  }
}
