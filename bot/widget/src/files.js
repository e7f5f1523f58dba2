// Files that are being added to a message, and files that came with one.

/** Sends one file up. `progress` gets 0 to 1; the promise gives the counter's answer or fails with a status. */
function upload(file, token, progress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", BASE + "/chat/files");
    request.setRequestHeader("Authorization", "Bearer " + token);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? done(JSON.parse(request.responseText)) : fail(request.status));
    request.onerror = () => fail(0);
    const form = new FormData();
    form.append("file", file, file.name);
    request.send(form);
  });
}

/** Whether the counter gives the address only to the visitor it belongs to. */
function isPrivate(url) {
  return url.startsWith(BASE + "/chat/files/");
}

/** The content of a private file as an address for this page alone. */
async function fetchPrivate(url, token) {
  const answer = await fetch(url, { headers: { Authorization: "Bearer " + token }, credentials: "omit" });
  if (!answer.ok) throw new Error(answer.status);
  return URL.createObjectURL(await answer.blob());
}

/** 1536 → "1.5 KB", in the reader's language. */
function fileSize(bytes, locale) {
  const [unit, value] = bytes < 1e6 ? ["KB", bytes / 1e3] : ["MB", bytes / 1e6];
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(value)} ${unit}`;
}

/** The files at the composer: chips above it, each with its progress and a way to take it off. */
class Tray {
  constructor(words, token, problem) {
    Object.assign(this, { words, token, problem, items: [] });
    this.element = h("ul", { class: "tray", hidden: true });
  }

  get busy() {
    return this.items.some((item) => !item.id);
  }

  add(files) {
    for (const file of files) {
      if (file.size > FILE_LIMIT) this.problem(say(this.words(), "tooBig", { name: file.name, size: fileSize(FILE_LIMIT) }));
      else this.#send(file);
    }
  }

  /** The ids and names of what was added; the tray is empty afterwards. */
  empty() {
    const items = this.items;
    for (const item of items) item.chip.remove();
    this.items = [];
    this.element.hidden = true;
    return items;
  }

  async #send(file) {
    const bar = h("progress", { max: 1, value: 0, "aria-label": say(this.words(), "uploading", { name: file.name }) });
    const remove = h("button", { type: "button", class: "plain", "aria-label": say(this.words(), "remove", { name: file.name }) }, icon(...ICONS.close));
    const item = { name: file.name, chip: h("li", {}, icon(...ICONS.file), h("bdi", { class: "name" }, file.name), bar, remove) };
    remove.addEventListener("click", () => this.#drop(item));
    this.items.push(item);
    this.element.append(item.chip);
    this.element.hidden = false;
    try {
      const answer = await upload(file, await this.token(), (share) => (bar.value = share));
      item.id = answer.file_id;
      bar.remove();
    } catch {
      this.#drop(item);
      this.problem(say(this.words(), "fileFailed", { name: file.name }));
    }
  }

  #drop(item) {
    item.chip.remove();
    this.items = this.items.filter((other) => other !== item);
    this.element.hidden = !this.items.length;
  }
}
