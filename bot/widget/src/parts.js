// What a message may carry besides its text, one function a kind. `panel` answers: act(action, value, label).

const PARTS = {
  choices: (part, panel) =>
    h("div", { class: "choices", role: "group" }, (part.choices || []).map((choice) => actionButton(choice, panel))),

  product: (part, panel) =>
    h(
      "article",
      { class: "card product" },
      part.image_url && picture(part.image_url, "", panel),
      h(
        "div",
        { class: "body" },
        h("p", { class: "model" }, part.model_number),
        h("p", { class: "title" }, part.name),
        part.price && h("p", { class: "price" }, part.price),
        part.note && h("p", { class: "note" }, part.note),
        part.buttons?.length && h("div", { class: "choices" }, part.buttons.map((button) => actionButton(button, panel))),
      ),
    ),

  form: (part, panel) => form(part, panel),

  confirm: (part, panel) => {
    const notify = h("input", { type: "checkbox", checked: part.notify_staff !== false });
    const decide = (decision, label) => () => panel.act(part.action, { decision, notify_staff: notify.checked }, label);
    const labels = { notify: panel.t("notify"), send: panel.t("confirmSend"), cancel: panel.t("cancel"), ...part.labels };
    return h(
      "div",
      { class: "card confirm", role: "group", "aria-label": panel.t("check") },
      h("p", { class: "title" }, panel.t("check")),
      h("dl", {}, (part.summary || []).map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, String(value))))),
      "notify_staff" in part && h("label", { class: "tick" }, notify, labels.notify),
      h(
        "div",
        { class: "row" },
        h("button", { type: "button", class: "main", onclick: decide("send", labels.send) }, labels.send),
        h("button", { type: "button", onclick: decide("cancel", labels.cancel) }, labels.cancel),
      ),
    );
  },

  table: (part) =>
    h(
      "div",
      { class: "scroll", tabindex: 0, role: "group", "aria-label": part.caption },
      h(
        "table",
        {},
        part.caption && h("caption", {}, part.caption),
        h("thead", {}, h("tr", {}, (part.head || []).map((cell) => h("th", { scope: "col" }, cell)))),
        h("tbody", {}, (part.rows || []).map((row) => h("tr", {}, row.map((cell) => h("td", {}, String(cell ?? "")))))),
      ),
    ),

  image: (part, panel) => picture(part.url, part.alt || panel.t("picture"), panel),

  file: (part, panel) => {
    const href = safeUrl(part.url);
    const inside = [icon(...ICONS.file), h("bdi", { class: "name" }, part.name), part.size && h("small", {}, fileSize(part.size, panel.locale))];
    if (!href) return h("p", { class: "file" }, inside);
    if (!isPrivate(href)) return h("a", { class: "file", href, target: "_blank", rel: "noopener noreferrer" }, inside);
    const save = async () => {
      const url = await panel.fetchFile(href).catch(() => null);
      if (!url) return panel.problem(panel.t("trouble"));
      h("a", { href: url, download: part.name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
    };
    return h("button", { type: "button", class: "file", "aria-label": `${panel.t("download")}: ${part.name}`, onclick: save }, inside);
  },

  link: (part, panel) => h("p", { class: "link" }, link(part.url, part.label || part.url, panel.words)),
};

function actionButton({ action, label }, panel) {
  return h("button", { type: "button", onclick: () => panel.act(action, undefined, label) }, label);
}

function picture(url, alt, panel) {
  const src = safeUrl(url);
  if (!src) return null;
  const image = h("img", { alt, loading: "lazy", onload: () => panel.settle(), onerror: () => image.remove() });
  if (isPrivate(src)) panel.fetchFile(src).then((local) => (image.src = local), () => image.remove());
  else image.src = src;
  return image;
}

function form(part, panel) {
  const fields = (part.fields || []).map((field) => formField(field, part.errors?.[field.name], panel));
  const element = h(
    "form",
    { class: "card form", novalidate: true },
    part.title && h("p", { class: "title" }, part.title),
    fields.map((field) => field.row),
    h(
      "div",
      { class: "row" },
      h("button", { class: "main" }, part.submit || panel.t("send")),
      part.reset && h("button", { type: "button", onclick: () => panel.act(part.action, { reset: true }, part.reset) }, part.reset),
    ),
  );
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const value = Object.fromEntries(fields.map((field) => [field.name, field.value()]));
    panel.act(part.action, value, part.submit || panel.t("send"));
  });
  return element;
}

let fieldCount = 0; // labels find their field by an id of its own

function formField(field, fault, panel) {
  const id = `f${(fieldCount += 1)}`;
  const options = (field.options || []).map((o) => (Array.isArray(o) ? o : typeof o === "object" ? [o.value, o.label] : [o, o]));
  const attributes = { id, name: field.name, "aria-required": field.required ? "true" : null, "aria-invalid": fault ? "true" : null, "aria-describedby": fault ? id + "e" : null };
  const error = fault && h("p", { class: "fault", id: id + "e" }, fault);
  const label = [field.label, field.required && h("span", { class: "needed" }, panel.t("required"))];
  if (field.type === "radio" || (field.type === "choice" && options.length < 6)) return radioField(field, options, attributes, label, error);
  const input = inputOf(field, options, attributes, panel);
  if (field.type === "checkbox") {
    input.checked = Boolean(field.value);
    return { name: field.name, value: () => input.checked, row: h("div", {}, h("label", { class: "tick" }, input, label), error) };
  }
  input.value = field.value ?? "";
  return { name: field.name, value: () => input.value, row: h("div", { class: "field", hidden: field.type === "hidden" }, h("label", { for: id }, label), input, error) };
}

const INPUT_HINTS = { email: "email", tel: "tel", phone: "tel", name: "name", postal_code: "postal-code", address: "street-address", company: "organization" };

function inputOf(field, options, attributes, panel) {
  if (field.type === "textarea") return h("textarea", { ...attributes, rows: 3 });
  if (field.type === "select" || (options.length && field.type !== "checkbox"))
    return h("select", attributes, !field.required || !field.value ? h("option", { value: "" }, panel.t("choose")) : null, options.map(([value, text]) => h("option", { value }, text)));
  const type = ["tel", "email", "number", "checkbox", "date", "hidden"].includes(field.type) ? field.type : "text";
  return h("input", { ...attributes, type, autocomplete: INPUT_HINTS[field.name] || INPUT_HINTS[field.type] });
}

function radioField(field, options, attributes, label, error) {
  const inputs = options.map(([value]) => h("input", { type: "radio", name: attributes.id, value, checked: value === field.value }));
  const row = h(
    "fieldset",
    { "aria-invalid": attributes["aria-invalid"], "aria-describedby": attributes["aria-describedby"], class: "field" },
    h("legend", {}, label),
    h("div", { class: "ticks" }, options.map(([, text], index) => h("label", { class: "tick" }, inputs[index], text))),
    error,
  );
  return { name: field.name, value: () => inputs.find((input) => input.checked)?.value ?? "", row };
}
