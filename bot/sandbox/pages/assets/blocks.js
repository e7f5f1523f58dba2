// Block Kit as elements: what messages, modals and the Home tab are made of.

import { make, word } from "./page.js";
import { mrkdwn, plain, plainText } from "./mrkdwn.js";

let unique = 0;

/** The blocks as elements. `press(block, element, value)` is called for buttons and menus. */
export function blocks(list, users, press) {
  return list.map((block) => (DRAW[block.type] ?? unknown)(block, users, press));
}

const unknown = (block) => make("p", { class: "quiet" }, `[${block.type}]`);

export function text(object, users) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, users) : plainText(object);
}

const DRAW = {
  header: (block) => make("h3", {}, plainText(block.text)),
  divider: () => make("hr"),
  image: (block) => picture(block),
  section: (block, users, press) => make("div", { class: "section" },
    make("div", { class: "words" },
      block.text ? make("div", { class: "lines" }, text(block.text, users)) : null,
      block.fields ? make("div", { class: "fields" }, block.fields.map((field) => make("div", { class: "lines" }, text(field, users)))) : null),
    block.accessory ? element(block, block.accessory, press) : null),
  context: (block, users) => make("div", { class: "context" }, block.elements.map((item) =>
    item.type === "image" ? picture(item) : make("span", { class: "lines" }, text(item, users)))),
  actions: (block, users, press) => make("div", { class: "actions" }, block.elements.map((item) => element(block, item, press))),
  rich_text: (block, users) => make("div", { class: "lines" }, block.elements.flatMap((part) => rich(part, users))),
  input: (block) => field(block),
};

function picture(item) {
  // Pictures from elsewhere are not fetched here; their description stands in.
  return make("span", { class: "picture", role: "img", "aria-label": item.alt_text || "" }, item.alt_text || "");
}

function rich(part, users) {
  const inner = (part.elements ?? []).flatMap((item) => {
    if (item.type === "text") return [item.text];
    if (item.type === "link") return [make("a", { href: /^https?:/.test(item.url) ? item.url : "#", target: "_blank", rel: "noopener" }, item.text ?? item.url)];
    if (item.type === "user") return [make("span", { class: "mention" }, `@${users[item.user_id] ?? item.user_id}`)];
    if (item.type === "emoji") return [plainText({ text: `:${item.name}:` })];
    return item.elements ? rich(item, users) : [];
  });
  if (part.type === "rich_text_preformatted") return [make("pre", {}, inner)];
  if (part.type === "rich_text_quote") return [make("blockquote", {}, inner)];
  if (part.type === "rich_text_list") return [make("ul", {}, part.elements.map((item) => make("li", {}, rich(item, users))))];
  return inner;
}

function element(block, item, press) {
  if (item.type === "image") return picture(item);
  if (item.type === "button") return button(block, item, press);
  if (item.type === "overflow" || item.type === "static_select") {
    const label = item.type === "overflow" ? word("moreActions") : plainText(item.placeholder) || word("choose");
    return make("select", { "aria-label": label, onchange: (event) => {
      if (event.target.value && sure(item)) press(block, item, event.target.value);
      event.target.value = "";
    } }, make("option", { value: "" }, label), options(item));
  }
  return control(item, {}, (value) => sure(item) && press(block, item, value));
}

function button(block, item, press) {
  const look = { primary: "strong", danger: "danger" }[item.style];
  if (item.url) {
    return make("a", { class: `button ${look ?? ""}`, href: /^https?:/.test(item.url) ? item.url : "#", target: "_blank", rel: "noopener",
      onclick: () => press(block, item) }, plainText(item.text));
  }
  return make("button", { type: "button", class: look, "aria-label": item.accessibility_label,
    onclick: () => { if (sure(item)) press(block, item); } }, plainText(item.text));
}

function sure(item) {
  if (!item.confirm) return true;
  const { title, text: question } = item.confirm;
  return confirm([plainText(title), plain(question?.text ?? word("confirm"))].filter(Boolean).join("\n\n"));
}

function options(item) {
  const one = (option) => make("option", { value: option.value }, plainText(option.text));
  return item.option_groups
    ? item.option_groups.map((group) => make("optgroup", { label: plainText(group.label) }, group.options.map(one)))
    : (item.options ?? []).map(one);
}

const INPUT_TYPES = { email_text_input: "email", url_text_input: "url", number_input: "number", datepicker: "date", timepicker: "time" };

/** A form control; `changed` is called with its value when it is used outside a form. */
function control(item, properties, changed = () => {}) {
  const { people, ...given } = properties;
  const shared = { ...given, placeholder: plainText(item.placeholder) || undefined, onchange: (event) => changed(valueOf(event.target)) };
  if (item.type === "plain_text_input") {
    return make(item.multiline ? "textarea" : "input", { ...shared, value: item.initial_value ?? "", rows: item.multiline ? 5 : undefined, maxLength: item.max_length ?? 3000 });
  }
  if (item.type in INPUT_TYPES) {
    return make("input", { ...shared, type: INPUT_TYPES[item.type], value: item.initial_value ?? item.initial_date ?? item.initial_time ?? "" });
  }
  if (item.type === "static_select" || item.type === "multi_static_select") {
    const multiple = item.type.startsWith("multi");
    const select = make("select", { ...shared, multiple }, multiple ? null : make("option", { value: "" }, plainText(item.placeholder) || word("choose")), options(item));
    for (const option of [...(item.initial_options ?? []), ...(item.initial_option ? [item.initial_option] : [])]) {
      for (const choice of select.options) if (choice.value === option.value) choice.selected = true;
    }
    return select;
  }
  if (item.type === "users_select") {
    const select = make("select", shared, make("option", { value: "" }, word("choose")), (people ?? []).map(([id, name]) => make("option", { value: id }, name)));
    select.value = item.initial_user ?? "";
    return select;
  }
  if (item.type === "checkboxes" || item.type === "radio_buttons") return choices(item, given);
  return make("span", { class: "quiet" }, `[${item.type}]`);
}

function choices(item, properties) {
  const type = item.type === "checkboxes" ? "checkbox" : "radio";
  const on = new Set([...(item.initial_options ?? []), ...(item.initial_option ? [item.initial_option] : [])].map((option) => option.value));
  const group = `choice-${(unique += 1)}`;
  return make("div", { ...properties, role: "group", class: "choices" }, item.options.map((option) =>
    make("label", {}, make("input", { type, name: group, value: option.value, checked: on.has(option.value) }), " ", plainText(option.text))));
}

/** An input block: label, control, hint, and room for what the app finds wrong. */
function field(block) {
  const id = `field-${(unique += 1)}`;
  const item = block.element;
  const grouped = item.type === "checkboxes" || item.type === "radio_buttons";
  const label = [plainText(block.label), block.optional ? make("span", { class: "quiet" }, ` ${word("optional")}`) : null];
  const properties = { id, "data-block": block.block_id, "aria-describedby": `${id}-problem`, people: field.people };
  return make("div", { class: "field" },
    grouped ? make("p", { class: "label", id: `${id}-label` }, label) : make("label", { htmlFor: id }, label),
    control(item, grouped ? { ...properties, "aria-labelledby": `${id}-label` } : properties),
    block.hint ? make("p", { class: "quiet" }, plainText(block.hint)) : null,
    make("p", { class: "problem", id: `${id}-problem`, "data-problem": block.block_id, role: "alert" }));
}

/** People that a users_select offers, as [id, name] pairs. */
export function offerPeople(people) {
  field.people = people;
}

/** What is filled into the fields of a modal, by block_id. */
export function filledIn(form) {
  const values = {};
  for (const control of form.querySelectorAll("[data-block]")) values[control.dataset.block] = valueOf(control);
  return values;
}

function valueOf(control) {
  if (control.matches(".choices")) {
    const chosen = [...control.querySelectorAll("input:checked")].map((input) => input.value);
    return control.querySelector("input[type=radio]") ? (chosen[0] ?? "") : chosen;
  }
  if (control.multiple) return [...control.selectedOptions].map((option) => option.value);
  return control.value;
}
