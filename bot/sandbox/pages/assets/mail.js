// The mailboxes: whose, which mails, one of them, and writing as that person.

import { act, byId, clock, linked, make, note, page, read, word } from "./page.js";

const GROUPS = { customer: "customers", staff: "staff", counter: "counter", other: "others" };

export function startMail(settings) {
  const opened = new Set();
  let boxes = [];
  let letter = null;
  let part = "text";

  const address = () => byId("mail-address").value;

  async function refresh() {
    boxes = await read("/api/mailboxes");
    listBoxes();
    titleWriter();
    await listMails();
  }

  function listBoxes() {
    const select = byId("mail-address");
    const chosen = select.value;
    select.replaceChildren(
      make("option", { value: "" }, word("everybody")),
      ...Object.entries(GROUPS).map(([role, label]) =>
        make("optgroup", { label: word(label) }, boxes.filter((box) => box.role === role).map(boxOption)),
      ).filter((group) => group.children.length),
    );
    if (boxes.some((box) => box.address === chosen)) select.value = chosen;
    byId("addresses").replaceChildren(...boxes.map((box) => make("option", { value: box.address })));
  }

  function boxOption(box) {
    const fresh = box.ids.filter((id) => !opened.has(id)).length;
    const name = box.name ? `${box.name} <${box.address}>` : box.address;
    return make("option", { value: box.address }, fresh ? `${name} (${fresh})` : name);
  }

  async function listMails() {
    const mails = await read("/api/mails", { address: address() });
    byId("mails").replaceChildren(...mails.map(mailRow));
    byId("mails-empty").hidden = mails.length > 0 || letter !== null || !byId("writer").hidden;
  }

  function mailRow(mail) {
    const isNew = !opened.has(mail.id) && mail.folder !== "Sent";
    const other = mail.folder === "Sent" ? `→ ${mail.to}` : address() ? mail.from : `${nameOf(mail.from)} → ${ownerOf(mail)}`;
    const place = mail.folder === "INBOX" ? null : make("span", { class: "tag" }, word("folder", { name: mail.folder }));
    return make("li", {},
      make("button", { type: "button", class: isNew ? "row-mail new" : "row-mail", onclick: () => open(mail) },
        make("span", { class: "who" }, other),
        make("time", { dateTime: mail.at }, clock(new Date(mail.at))),
        make("span", { class: "what" }, mail.subject || word("noSubject"), isNew ? make("span", { class: "hidden" }, ` ${word("unread")}`) : null),
        place));
  }

  const nameOf = (from) => from.replace(/\s*<[^>]*>$/, "").replace(/^"|"$/g, "") || from;
  const ownerOf = (mail) => boxes.find((box) => box.address === mail.address)?.name || mail.address;

  async function open({ id, address: owner }) {
    letter = { id, address: owner, ...(await read("/api/mail", { address: owner, id })) };
    opened.add(id);
    part = letter.html ? "html" : "text";
    show("letter");
    byId("letter-subject").textContent = letter.subject || word("noSubject");
    byId("letter-head").replaceChildren(
      ...["from", "to", "cc", "date"].filter((name) => letter[name]).flatMap((name) => [
        make("dt", {}, word(name)), make("dd", {}, letter[name])]));
    byId("letter-files").replaceChildren(...letter.attachments.map((file) => make("li", {},
      make("a", { href: `/mail/file?${new URLSearchParams({ address: owner, id, part: file.part })}` },
        `${file.name} (${Math.ceil(file.size / 1024)} KB)`))));
    showPart();
    byId("letter").focus({ preventScroll: true });
    byId("mail-body").scrollTop = 0;
    listBoxes();
  }

  function showPart() {
    for (const button of byId("letter-tabs").children) {
      button.hidden = button.dataset.part === "html" && !letter.html;
      button.setAttribute("aria-pressed", String(button.dataset.part === part));
    }
    byId("letter-content").replaceChildren(content());
  }

  function content() {
    if (part === "html") {
      const query = new URLSearchParams({ address: letter.address, id: letter.id });
      return make("iframe", { class: "sheet", title: word("mailContent"), src: `/mail/html?${query}`,
        sandbox: "allow-popups allow-popups-to-escape-sandbox" });
    }
    if (part === "headers") {
      return make("dl", { class: "fields" }, letter.headers.flatMap(([name, value]) => [
        make("dt", {}, name), make("dd", {}, value)]));
    }
    return make("div", { class: "plain" }, linked(letter.text));
  }

  function show(which) {
    byId("letter").hidden = which !== "letter";
    byId("writer").hidden = which !== "writer";
    byId("mails").hidden = which !== "list";
    if (which === "list") letter = null;
    byId("mails-empty").hidden = which !== "list" || byId("mails").children.length > 0;
  }

  function write(answer) {
    const form = byId("writer");
    form.reset();
    form.elements.from.value = answer ? letter.address : address() || someCustomer();
    for (const name of ["to", "subject"]) form.elements[name].closest("p").hidden = answer;
    form.elements.from.readOnly = answer;
    byId("writer-forged").hidden = answer;
    byId("writer-problem").textContent = "";
    form.elements.to.value = settings.catalog;
    if (!answer) letter = null;
    titleWriter();
    show("writer");
    (answer ? form.elements.text : byId("writer-title")).focus();
  }

  function someCustomer() {
    const customers = boxes.filter((box) => box.role === "customer");
    return (customers.find((box) => box.locale === page.language) ?? customers[0])?.address ?? "";
  }

  function titleWriter() {
    byId("writer-title").textContent = letter ? word("writeReply", { name: letter.from }) : word("writeNew");
  }

  async function send(event) {
    event.preventDefault();
    const { from, to, subject, text, jis, forged } = byId("writer").elements;
    const charset = jis.checked ? "iso-2022-jp" : "utf-8";
    const answer = letter
      ? await act("/api/mail/reply", { address: letter.address, id: letter.id, text: text.value, charset })
      : await act("/api/mail/send", { from: from.value, to: to.value, subject: subject.value, text: text.value, charset, genuine: !forged.checked });
    byId("writer-problem").textContent = answer.error ? word(answer.error) : "";
    if (answer.error) return;
    note(word("sent"));
    show("list");
    await refresh();
  }

  byId("mail-address").addEventListener("change", () => { show("list"); listMails(); });
  byId("mail-new").addEventListener("click", () => write(false));
  byId("letter-reply").addEventListener("click", () => write(true));
  byId("letter-back").addEventListener("click", () => { show("list"); listMails(); });
  byId("writer-cancel").addEventListener("click", () => { show("list"); listMails(); });
  byId("writer").addEventListener("submit", send);
  byId("letter-tabs").addEventListener("click", (event) => {
    if (event.target.dataset.part) { part = event.target.dataset.part; showPart(); }
  });
  return { refresh };
}
