// The conversation in the middle: its messages, its composer, and the invitation of the app where it is missing.

import { el } from "./dom.js";
import { api } from "./api.js";
import { acceptDrops, Composer } from "./composer.js";
import { MessageList } from "./messages.js";
import { channelTitle, isDirect, markRead, state } from "./state.js";
import { openThread } from "./thread.js";
import { told } from "./toast.js";

const place = document.getElementById("channel");
let open = null;

acceptDrops(document.getElementById("main"), () => (place.hidden ? null : open?.composer ?? null));

// `listening` resolves once the live line is open: messages are read after that, lest one be missed in between.
export async function showChannel(channel, listening) {
  const title = channelTitle(channel);
  const list = new MessageList({
    label: `Messages in ${title}`, channel: channel.id, openThread: (ts) => openThread(channel.id, ts),
    empty: `This is the beginning of ${title}. Type / to see what Darkroom can do.`,
  });
  const composer = new Composer({ channel: channel.id, label: `Message ${title}`, id: "message-box" });
  const mine = { channel: channel.id, list, composer };
  open = mine;
  place.replaceChildren(list.node, channel.bot_is_member || isDirect(channel) ? "" : invitation(channel), composer.node);
  await listening;
  if (open !== mine) return;
  const { messages } = await api.messages(channel.id);
  if (open !== mine) return;
  list.show(messages ?? []);
  markRead(channel.id, list.latest);
}

export function focusComposer() {
  open?.composer.focus();
}

export function pointAt(ts) {
  return open?.list.pointAt(ts) ?? false;
}

function invitation(channel) {
  const name = state.bot.name ?? "the app";
  const button = el("button", { type: "button", className: "button", on: { click: async () => {
    if (!told(await api.invite(channel.id))) return;
    channel.bot_is_member = true;
    note.remove();
  } } }, `Add ${name}`);
  const note = el("p", { className: "invitation" }, el("span", {}, `${name} is not in this channel, so it does not see what is written here.`), button);
  return note;
}

export function channelTakes(channel, message) {
  if (open?.channel !== channel || !belongsHere(message)) return;
  open.list.upsert(message);
  markRead(channel, open.list.latest);
}

// Replies live in their thread; broadcasts and the thread's first message are shown in both.
export function belongsHere(message) {
  return !message.thread_ts || message.thread_ts === message.ts || message.subtype === "thread_broadcast";
}

export function channelLoses(channel, ts) {
  if (open?.channel === channel) open.list.remove(ts);
}

export function channelMessage(channel, ts) {
  return open?.channel === channel ? open.list.find(ts)?.message : undefined;
}
