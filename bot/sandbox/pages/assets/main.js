// Starts the page: settings, language, the two panes, and the feed that keeps them live.

import { byId, chooseLanguage, note, page, read, word } from "./page.js";
import { startMail } from "./mail.js";
import { startSlack } from "./slack.js";

const settings = await read("/api/settings");

function showShop() {
  const address = `${settings.shop}?locale=${page.language}`;
  byId("shop-frame").src = address;
  byId("shop-link").href = address;
}

async function speak(language) {
  await chooseLanguage(language);
  try {
    localStorage.setItem("language", language);
  } catch {
    // A browser that keeps nothing asks for the language anew each time.
  }
  for (const button of byId("languages").children) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
  byId("languages").setAttribute("aria-label", word("languages"));
  byId("jump").setAttribute("aria-label", word("panes"));
  byId("shop-frame").title = word("shopFrame");
  byId("channels").setAttribute("aria-label", word("channels"));
  byId("letter-tabs").setAttribute("aria-label", word("shownAs"));
}

function remembered() {
  try {
    return localStorage.getItem("language");
  } catch {
    return null;
  }
}

await speak(remembered() ?? (navigator.language.startsWith("ja") ? "ja" : "en"));
showShop();
const mail = startMail(settings);
const slack = startSlack();
byId("languages").addEventListener("click", async (event) => {
  const { language } = event.target.dataset;
  if (!language) return;
  await speak(language);
  showShop();
  mail.refresh();
  slack.refresh();
});

const seen = { mail: -1, slack: -1 };
const feed = new EventSource("/api/live");
feed.addEventListener("message", (event) => {
  const counts = JSON.parse(event.data);
  if (counts.mail !== seen.mail) mail.refresh();
  if (counts.slack !== seen.slack) slack.refresh();
  Object.assign(seen, counts);
});
feed.addEventListener("error", () => note(word("lost")));
