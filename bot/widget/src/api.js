// window.Madoguchi and the data attributes of the script tag.

function install(script) {
  const queued = window.Madoguchi?.queue || [];
  const data = script?.dataset || {};
  customElements.define("madoguchi-counter", Counter);
  const counter = document.createElement("madoguchi-counter");
  const { talk } = counter;
  const heard = new Map();

  const api = {
    open: () => counter.open(),
    close: () => counter.close(),
    toggle: () => counter.toggle(),
    prefill: (text) => counter.prefill(text ?? ""),
    setIdentity(jwt) {
      if (talk.identity === (jwt || null)) return;
      talk.identity = jwt || null;
      if (jwt && !talk.connection.running) talk.connection.start();
      else talk.greetAgain();
    },
    setLocale(locale) {
      const chosen = chooseLocale([locale]);
      if (chosen === talk.locale) return;
      talk.locale = chosen;
      counter.redraw();
      talk.greetAgain();
    },
    setProduct(model) {
      if (talk.product === (model || null)) return;
      talk.product = model ? String(model) : null;
      counter.redraw();
      talk.greetAgain();
    },
    on(event, fn) {
      const listen = ({ detail }) => fn(detail);
      if (!heard.has(fn)) heard.set(fn, new Map());
      if (heard.get(fn).has(event)) return;
      heard.get(fn).set(event, listen);
      addEventListener("madoguchi:" + event, listen);
    },
    off(event, fn) {
      removeEventListener("madoguchi:" + event, heard.get(fn)?.get(event));
      heard.get(fn)?.delete(event);
    },
    shutdown: () => {
      counter.close();
      return talk.shutdown();
    },
  };

  talk.locale = chooseLocale([data.locale, document.documentElement.lang, ...(navigator.languages || [])]);
  talk.product = data.product || null;
  counter.theme = data.theme || null;
  document.body.append(counter);
  window.Madoguchi = Object.freeze(api);
  for (const [name, ...values] of queued) api[name]?.(...values);
  tell("ready");
}

/** The first wished language that there are words for. */
function chooseLocale(wishes) {
  const languages = wishes.filter(Boolean).map((wish) => String(wish).toLowerCase().split(/[-_]/)[0]);
  return languages.find((language) => Object.hasOwn(WORDS, language)) || CONFIG.locale;
}

// The counter is where the script came from, whatever folder that is in.
const SCRIPT = document.currentScript;
const BASE = SCRIPT?.src ? new URL(".", SCRIPT.src).href.slice(0, -1) : CONFIG.base;

if (!customElements.get("madoguchi-counter")) {
  if (document.body) install(SCRIPT);
  else addEventListener("DOMContentLoaded", () => install(SCRIPT));
}
