// Elements from values. Strings become text nodes, so nothing anybody wrote is ever markup.

const SVG = "http://www.w3.org/2000/svg";

/** h("button", {class: "x", onclick: f}, "text", child): attributes that are false or null are left out. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === false || value == null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

/** A line drawing from path data in a 24 × 24 box; never read aloud. */
function icon(...paths) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}

const ICONS = {
  // The house's sign: a speech bubble that is also a noren, the curtain over a shop's counter.
  window: ["M5.5 4h13A2.5 2.5 0 0 1 21 6.5v8a2.5 2.5 0 0 1-2.5 2.5H12l-4.5 4v-4h-2A2.5 2.5 0 0 1 3 14.5v-8A2.5 2.5 0 0 1 5.5 4z", "M9 4v6M15 4v6"],
  close: ["M6 6l12 12M18 6L6 18"],
  down: ["M6 9l6 6 6-6"],
  send: ["M12 19V5M5.5 11.5L12 5l6.5 6.5"],
  clip: ["M19.5 11.5l-7.8 7.8a5 5 0 0 1-7-7l8.4-8.5a3.4 3.4 0 0 1 4.8 4.8L9.6 17a1.7 1.7 0 0 1-2.4-2.4l7.4-7.5"],
  file: ["M14 3H6v18h12V7z", "M14 3v4h4"],
};

/** One language's words; {name} in a sentence is filled from `values`. */
function say(words, key, values) {
  const sentence = words[key] || WORDS.en[key] || key;
  return values ? sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "") : sentence;
}
