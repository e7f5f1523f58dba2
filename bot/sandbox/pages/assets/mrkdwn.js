// Slack's mrkdwn as elements. Text only ever becomes text nodes, so nothing in it can act.

import { make, word } from "./page.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const EMOJI = {
  white_check_mark: "✅", heavy_check_mark: "✔️", x: "❌", warning: "⚠️", bell: "🔔", clock: "🕐",
  hourglass: "⌛", envelope: "✉️", email: "📧", phone: "☎️", telephone_receiver: "📞", house: "🏠",
  package: "📦", speech_balloon: "💬", bust_in_silhouette: "👤", busts_in_silhouette: "👥", lock: "🔒",
  memo: "📝", wrench: "🔧", tada: "🎉", wave: "👋", eyes: "👀", link: "🔗", paperclip: "📎",
  arrow_right: "➡️", red_circle: "🔴", large_green_circle: "🟢", large_yellow_circle: "🟡",
};
const STYLES = [[/```([\s\S]+?)```/, "pre"], [/`([^`\n]+)`/, "code"], [/(?<![\w*])\*([^*\n]+)\*(?![\w*])/, "strong"],
  [/(?<![\w_])_([^_\n]+)_(?![\w_])/, "em"], [/(?<![\w~])~([^~\n]+)~(?![\w~])/, "del"]];

export const plain = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);

const withEmoji = (text) => text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => EMOJI[name] ?? whole);

export function plainText(object) {
  return object ? withEmoji(object.text ?? "") : "";
}

/** Elements for one mrkdwn text; `users` names the mentioned. Lines that begin with > are quotations. */
export function mrkdwn(text, users) {
  const runs = [];
  for (const line of text.split("\n")) {
    const match = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const last = runs.at(-1);
    if (last && last.quoted === Boolean(match)) last.lines.push(match ? match[1] : line);
    else runs.push({ quoted: Boolean(match), lines: [match ? match[1] : line] });
  }
  return runs.flatMap(({ quoted, lines }) =>
    quoted ? [make("blockquote", {}, inline(lines.join("\n"), users))] : inline(lines.join("\n"), users));
}

function inline(text, users) {
  return text.split(/(<[^<>]+>)/g).flatMap((piece, index) => (index % 2 ? [angle(piece.slice(1, -1), users)] : styled(piece)));
}

function angle(inside, users) {
  const bar = inside.indexOf("|");
  const [target, label] = bar < 0 ? [inside, ""] : [inside.slice(0, bar), inside.slice(bar + 1)];
  if (target.startsWith("@")) return make("span", { class: "mention" }, `@${users[target.slice(1)] ?? (label || target.slice(1))}`);
  if (target.startsWith("#")) return make("span", { class: "mention" }, `#${label || target.slice(1)}`);
  if (target.startsWith("!date")) return label;
  if (target.startsWith("!")) return make("span", { class: "mention" }, `@${target.slice(1)}`);
  if (/^(https?|mailto|tel):/.test(target)) {
    return make("a", { href: plain(target), target: "_blank", rel: "noopener" }, plain(label || target));
  }
  return plain(inside);
}

function styled(text) {
  for (const [pattern, name] of STYLES) {
    const match = pattern.exec(text);
    if (match) {
      const inner = name === "pre" || name === "code" ? [plain(match[1])] : styled(match[1]);
      return [...styled(text.slice(0, match.index)), make(name, {}, inner), ...styled(text.slice(match.index + match[0].length))];
    }
  }
  return text ? [withEmoji(plain(text))] : [];
}

export function edited(message) {
  return message.edited ? make("span", { class: "quiet" }, ` ${word("edited")}`) : null;
}
