// Small things both panes need: elements, words, requests, notes at the edge.

/** Make an element; properties that begin with "on" are listeners, children may be strings. */
export function make(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "class") element.className = value;
    else if (key in element && !key.startsWith("aria")) element[key] = value;
    else element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export const byId = (id) => document.getElementById(id);

let words = {};
export const page = { language: "en" };

/** A phrase in the chosen language; {name} and the like are filled in. */
export function word(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export async function chooseLanguage(language) {
  words = await (await fetch(`/assets/words.${language}.json`)).json();
  page.language = language;
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
}

export async function read(path, query = {}) {
  const response = await fetch(`${path}?${new URLSearchParams(query)}`);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/** Ask the demo to do something; a refusal is shown and comes back as {error}. */
export async function act(path, body) {
  let answer;
  try {
    const response = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    const isJson = (response.headers.get("Content-Type") ?? "").includes("json");
    answer = isJson ? await response.json() : { error: "bad_input" };
  } catch {
    answer = { error: "lost" };
  }
  if (answer.error) note(word(answer.error));
  else if (answer.acknowledged === false) note(word("problem"));
  return answer;
}

let noteEnds;
export function note(text) {
  const toast = byId("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(noteEnds);
  noteEnds = setTimeout(() => toast.classList.remove("shown"), 6000);
}

/** Text with its web addresses as links. */
export function linked(text) {
  return text.split(/(https?:\/\/[^\s<>"）」]+)/g).map((piece, index) =>
    index % 2 ? make("a", { href: piece, target: "_blank", rel: "noopener" }, piece) : piece,
  );
}

export function clock(moment) {
  return new Intl.DateTimeFormat(page.language, { hour: "2-digit", minute: "2-digit" }).format(moment);
}
