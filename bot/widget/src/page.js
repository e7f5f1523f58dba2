// What the widget shares with the page around it: screen, style and events.

// As in the style sheet: the panel takes the whole screen.
const FULL = matchMedia("(max-width: 480px), (max-height: 480px)");

/** While the panel covers the page, the Tab key stays within it. */
function turnAround(event, panel) {
  const stops = [...panel.querySelectorAll("a, button, input, select, textarea, [tabindex='0']")].filter((stop) => stop.matches(":not(:disabled)") && stop.offsetParent);
  const [from, to] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  if (panel.getRootNode().activeElement !== from) return;
  event.preventDefault();
  to.focus();
}

/** Constructed sheets pass any style-src; the linked file is for browsers without them. */
function dress(root) {
  if ("adoptedStyleSheets" in root && "replaceSync" in CSSStyleSheet.prototype) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
  } else root.append(h("link", { rel: "stylesheet", href: BASE + "/widget.css" }));
}

function tell(name, detail) {
  dispatchEvent(new CustomEvent("madoguchi:" + name, { detail }));
}
