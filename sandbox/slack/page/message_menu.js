// The "…" menu of a message: the app's shortcuts, a link to it, and what its author may do.

import { api } from "./api.js";
import { confirmed } from "./confirm.js";
import { openMenu } from "./menu.js";
import { permalinkOf } from "./permalinks.js";
import { state } from "./state.js";
import { told, toast } from "./toast.js";

const plain = (text) => ({ type: "plain_text", text });

// `edit()` opens the editor of the message's text.
export function openMessageMenu(anchor, message, channel, edit) {
  const shortcuts = state.shortcuts.filter((each) => each.type === "message").map((each) => ({
    label: each.name, choose: async () => told(await api.shortcut(each.callback_id, channel, message.ts)),
  }));
  const link = { label: "Copy link", choose: () => copy(permalinkOf(channel, message)) };
  const own = message.user === state.me && message.subtype !== "tombstone" ? ownItems(message, channel, edit) : [];
  openMenu(anchor, [...shortcuts, link, ...own]);
}

function ownItems(message, channel, edit) {
  const files = (message.files ?? []).filter((file) => file.mode === "hosted" || file.mode === "external");
  return [
    { label: "Edit message", choose: edit },
    ...files.map((file) => ({ label: `Delete ${file.name}`, className: "danger", choose: () => removeFile(file) })),
    { label: "Delete message", className: "danger", choose: () => remove(message, channel) },
  ];
}

async function copy(link) {
  try {
    await navigator.clipboard.writeText(link);
    toast("Link copied.");
  } catch {
    toast(link);
  }
}

async function remove(message, channel) {
  if (await sure("Delete message", "Are you sure you want to delete this message? This cannot be undone.")) {
    told(await api.deleteMessage(channel, message.ts));
  }
}

async function removeFile(file) {
  if (await sure("Delete file", `Are you sure you want to delete ${file.name}? Its messages stay.`)) {
    told(await api.deleteFile(file.id));
  }
}

function sure(title, text) {
  return confirmed({ title: plain(title), text: plain(text), confirm: plain("Delete"), deny: plain("Cancel"), style: "danger" });
}
