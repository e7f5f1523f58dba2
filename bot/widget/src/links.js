// Addresses: which may be followed, and finding them in text.

/** The absolute address if its scheme is harmless, else null. Relative ones belong to the counter. */
function safeUrl(url, schemes = ["http:", "https:"]) {
  try {
    const parsed = new URL(String(url), BASE + "/");
    return schemes.includes(parsed.protocol) ? parsed.href : null;
  } catch {
    return null;
  }
}

function link(url, label, words) {
  const href = safeUrl(url, ["http:", "https:", "mailto:"]);
  if (!href) return document.createTextNode(label);
  if (href.startsWith("mailto:")) return h("a", { href }, label);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow", title: say(words, "newTab") }, label);
}

// Every repeat is over one class that excludes what may follow, so no text makes it slow.
const ADDRESS = /https?:\/\/[^\s<>"'`、。，「」『』（）【】]{1,2000}|[\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}/g;

/** Text as a list of nodes with its web and mail addresses made links. */
function linkify(text, words) {
  const nodes = [];
  let done = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = found[0].replace(/[.,;:!?)\]}…]+$/, "");
    nodes.push(text.slice(done, found.index));
    nodes.push(link(/^https?:/.test(address) ? address : "mailto:" + address, address, words));
    done = found.index + address.length;
  }
  nodes.push(text.slice(done));
  return nodes.filter((node) => node !== "");
}
