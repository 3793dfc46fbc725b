// Changing the text of one's own message, in its place.

import { el } from "./dom.js";
import { api } from "./api.js";
import { unescape } from "./mrkdwn.js";
import { state } from "./state.js";
import { told } from "./toast.js";

// What stands in a message as it was typed: names for ids, and signs for entities.
export function asTyped(text) {
  return unescape(text.replace(/<([^<>]+)>/g, (whole, inner) => {
    const [target, label] = inner.split("|");
    const id = target.slice(1);
    if (target.startsWith("@")) return `@${state.users.get(id)?.name ?? id}`;
    if (target.startsWith("#")) return `#${label ?? state.channels.get(id)?.name ?? id}`;
    if (target.startsWith("!subteam^")) return `@${state.groups.get(target.split("^")[1]) ?? label ?? ""}`;
    return target.startsWith("!") ? whole : target;
  }));
}

// Puts an editor in front of `text`, which is back when it closes.
export function editText(message, channel, text) {
  const before = document.activeElement;
  const box = el("textarea", { className: "field", rows: "2", "aria-label": "Edit message" });
  box.value = asTyped(message.text ?? "");
  const editor = el("div", { className: "editor" }, box,
    el("div", { className: "editor-buttons" },
      el("button", { type: "button", className: "button", on: { click: () => close() } }, "Cancel"),
      el("button", { type: "button", className: "button primary", on: { click: () => save() } }, "Save")));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key !== "Escape" && (event.key !== "Enter" || event.shiftKey))) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") save();
    else close();
  });
  text.hidden = true;
  text.before(editor);
  box.focus();

  function close() {
    editor.remove();
    text.hidden = false;
    if (before?.isConnected) before.focus();
  }

  async function save() {
    if (told(await api.edit(channel, message.ts, box.value))) close();
  }
}
