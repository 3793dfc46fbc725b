// The panel of one thread, beside the channel (over it on a narrow screen).

import { el } from "./dom.js";
import { api } from "./api.js";
import { acceptDrops, Composer, toolButton } from "./composer.js";
import { MessageList } from "./messages.js";
import { channelTitle, state } from "./state.js";

const panel = document.getElementById("thread");
let open = null;
let returnTo = null;

acceptDrops(panel, () => open?.composer ?? null);
panel.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) closeThread();
});

export async function openThread(channel, ts) {
  returnTo = panel.hidden ? document.activeElement : returnTo;
  state.thread = ts;
  const list = new MessageList({ label: "Replies", channel, openThread: null, empty: "" });
  const composer = new Composer({ channel, thread_ts: ts, label: "Reply…", id: "reply-box" });
  const mine = { channel, ts, list, composer };
  open = mine;
  const head = el("header", { className: "place" },
    el("div", { className: "place-title" }, el("h2", {}, "Thread"), el("p", {}, channelTitle(state.channels.get(channel)))),
    toolButton("close", "Close thread", () => closeThread()));
  panel.querySelectorAll(":scope > :not(.drop-cover)").forEach((node) => node.remove());
  panel.prepend(head, list.node, composer.node);
  panel.hidden = false;
  document.body.classList.add("with-thread");
  composer.focus();
  const { messages } = await api.messages(channel, ts);
  if (open === mine) list.show(messages ?? []);
}

export function pointInThread(ts) {
  return open?.list.pointAt(ts) ?? false;
}

export function closeThread() {
  if (!open) return;
  open = null;
  state.thread = null;
  panel.hidden = true;
  document.body.classList.remove("with-thread");
  if (returnTo?.isConnected) returnTo.focus();
}

export function threadTakes(channel, message) {
  if (!open || open.channel !== channel) return;
  if (message.ts === open.ts || message.thread_ts === open.ts) open.list.upsert(message);
}

export function threadLoses(channel, ts) {
  if (open?.channel === channel) open.list.remove(ts);
}
