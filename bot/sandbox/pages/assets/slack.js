// The Slack pane: channels, threads, the Home tab, and the modal of the acting person.

import { act, byId, clock, make, read, word } from "./page.js";
import { edited, mrkdwn, plainText } from "./mrkdwn.js";
import { blocks, filledIn, offerPeople } from "./blocks.js";

export function startSlack() {
  const seen = new Map();
  let state = null;
  let place = null;
  let thread = null;
  let shownView = "";
  // Until the visitor chooses a channel or a person, the pane goes where something happens.
  let following = true;

  const user = () => byId("slack-user").value;
  const channel = () => state.channels.find((one) => one.id === place);

  async function refresh() {
    state = await read("/api/slack", { user: user() });
    offerPeople(state.people.map((id) => [id, state.users[id]]));
    listPeople();
    if (place !== "home" && !channel()) place = state.channels[0]?.id ?? "home";
    if (following && (await follow())) return;
    draw();
    drawModal();
  }

  /** Go to the newest card and become the person it calls; true if that meant to read anew. */
  async function follow() {
    const newest = state.channels.flatMap((one) => one.messages.map((message) => ({ message, id: one.id })))
      .filter(({ message }) => message.by_bot && !message.thread_ts)
      .sort((one, other) => (one.message.ts < other.message.ts ? 1 : -1))[0];
    if (!newest) return false;
    place = newest.id;
    const called = /<@(\w+)>/.exec(JSON.stringify([newest.message.text, newest.message.blocks]))?.[1];
    if (!state.people.includes(called) || called === user()) return false;
    byId("slack-user").value = called;
    await refresh();
    return true;
  }

  function listPeople() {
    const select = byId("slack-user");
    select.replaceChildren(...state.people.map((id) => make("option", { value: id }, state.users[id])));
    select.value = state.user;
  }

  function draw() {
    drawChannels();
    const body = byId("slack-body");
    const atEnd = body.scrollHeight - body.scrollTop - body.clientHeight < 60;
    const focused = document.activeElement?.dataset?.key;
    body.setAttribute("aria-label", place === "home" ? word("home") : title(channel()));
    body.replaceChildren(...(place === "home" ? home() : thread ? threadView() : messages()));
    if (atEnd || thread) body.scrollTop = place === "home" ? 0 : body.scrollHeight;
    if (focused) body.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    byId("say").hidden = place === "home";
    byId("say-label").textContent = thread ? word("sayInThread") : word("sayIn", { name: title(channel()) });
    byId("say-text").placeholder = byId("say-label").textContent;
  }

  const title = (one) => (!one ? "" : one.type === "im" ? word("direct") : `#${one.name}`);
  const newest = (one) => one.messages.at(-1)?.ts ?? "";

  function drawChannels() {
    if (channel()) seen.set(place, newest(channel()));
    const buttons = state.channels.map((one) => {
      const fresh = newest(one) > (seen.get(one.id) ?? "");
      return make("button", { type: "button", "aria-pressed": String(one.id === place), class: fresh ? "fresh" : "",
        onclick: () => go(one.id) }, title(one), fresh ? make("span", { class: "hidden" }, ` ${word("unread")}`) : null);
    });
    byId("channels").replaceChildren(...buttons,
      make("button", { type: "button", "aria-pressed": String(place === "home"), onclick: openHome }, word("home")));
  }

  function go(id) {
    following = false;
    place = id;
    thread = null;
    draw();
    byId("slack-body").scrollTop = byId("slack-body").scrollHeight;
  }

  async function openHome() {
    go("home");
    await act("/api/slack/home", { user: user() });
    await refresh();
  }

  function home() {
    if (!state.home) return [make("p", { class: "empty" }, word("noHome"))];
    return blocks(state.home.blocks, state.users, pressIn(state.home));
  }

  function messages() {
    const top = channel().messages.filter((one) => !one.thread_ts || one.thread_ts === one.ts || one.subtype === "thread_broadcast");
    const lines = top.map((one) => messageView(one, repliesTo(one)));
    if (channel().archived) lines.push(make("p", { class: "empty" }, word("archived")));
    return lines.length ? lines : [make("p", { class: "empty" }, word("noMessages"))];
  }

  const repliesTo = (message) => channel().messages.filter((one) => one.thread_ts === message.ts && one.ts !== message.ts);

  function threadView() {
    const parent = channel().messages.find((one) => one.ts === thread);
    const replies = channel().messages.filter((one) => one.thread_ts === thread && one.ts !== thread);
    return [
      make("div", { class: "thread-bar" },
        make("button", { type: "button", "data-key": "back", onclick: () => { thread = null; draw(); } }, word("closeThread")),
        make("strong", {}, word("thread"))),
      ...(parent ? [messageView(parent, null)] : []),
      ...replies.map((one) => messageView(one, null)),
    ];
  }

  function messageView(message, replies) {
    const name = state.users[message.user] ?? message.user;
    const threadKey = `thread-${message.ts}`;
    const open = () => { following = false; thread = message.thread_ts || message.ts; draw(); byId("say-text").focus(); };
    return make("article", { class: message.private ? "message private" : "message" },
      message.private ? make("p", { class: "quiet" }, word("onlyYou")) : null,
      make("p", { class: "by" }, make("strong", {}, name), message.by_bot ? make("span", { class: "tag" }, word("app")) : null,
        make("time", { class: "quiet" }, clock(new Date(Number(message.ts) * 1000))), edited(message)),
      message.blocks?.length
        ? make("div", { class: message.by_bot ? "card" : "said" }, blocks(message.blocks, state.users, pressOn(message)))
        : make("div", { class: "lines" }, mrkdwn(message.text, state.users)),
      (message.files ?? []).map((file) => make("p", { class: "tag" }, word("file", { name: file.name }))),
      replies === null || message.private ? null : make("button", { type: "button", class: "plain-button", "data-key": threadKey, onclick: open },
        replies.length === 0 ? word("startThread") : replies.length === 1 ? word("oneReply") : word("replies", { count: replies.length })));
  }

  const pressOn = (message) => async (block, element, value) => {
    await act("/api/slack/press", { user: user(), channel: place, ts: message.ts, action_id: element.action_id, block_id: block.block_id, value });
    await refresh();
  };

  const pressIn = (view) => async (block, element, value) => {
    await act("/api/slack/view-press", { user: user(), view_id: view.id, action_id: element.action_id, value });
    await refresh();
  };

  function drawModal() {
    const dialog = byId("modal");
    const view = state.modal;
    const now = view ? `${view.id} ${view.hash}` : "";
    if (now === shownView) return;
    shownView = now;
    if (!view) {
      dialog.close();
      dialog.replaceChildren();
      return;
    }
    dialog.replaceChildren(make("form", { onsubmit: submit, noValidate: true },
      make("h2", { id: "modal-title" }, plainText(view.title)),
      make("div", { class: "modal-body", tabIndex: 0, role: "group", "aria-labelledby": "modal-title" }, blocks(view.blocks, state.users, pressIn(view))),
      make("p", { class: "row" },
        view.submit ? make("button", { type: "submit", class: "strong" }, plainText(view.submit)) : null,
        make("button", { type: "button", onclick: closeModal }, plainText(view.close) || word("close")))));
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("textarea, input, select")?.focus();
  }

  async function submit(event) {
    event.preventDefault();
    const answer = await act("/api/slack/submit", { user: user(), view_id: state.modal.id, values: filledIn(event.target) });
    for (const problem of byId("modal").querySelectorAll("[data-problem]")) {
      problem.textContent = answer.errors?.[problem.dataset.problem] ?? "";
    }
    await refresh();
  }

  async function closeModal() {
    if (state.modal) await act("/api/slack/close", { user: user(), view_id: state.modal.id });
    await refresh();
  }

  byId("modal").addEventListener("cancel", (event) => { event.preventDefault(); closeModal(); });
  byId("slack-user").addEventListener("change", () => { following = false; thread = null; shownView = ""; byId("modal").close(); refresh(); });
  byId("say").addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = byId("say-text").value.trim();
    if (!text) return;
    byId("say-text").value = "";
    await act("/api/slack/write", { user: user(), channel: place, text, thread_ts: thread });
    await refresh();
  });
  return { refresh };
}
