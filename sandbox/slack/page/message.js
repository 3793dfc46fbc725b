// One message: who, when, what, its files, its blocks and the way into its thread. `update` redraws only
// what changed, so that a card that is edited every second stays still under the pointer.

import { el } from "./dom.js";
import { api } from "./api.js";
import { enteredValues, syncBlocks } from "./blocks.js";
import { dateOf, dayOf, fullTimeOf, timeOf } from "./dates.js";
import { icon } from "./icons.js";
import { editText } from "./editing.js";
import { openMessageMenu } from "./message_menu.js";
import { mrkdwn } from "./mrkdwn.js";
import { fileAttachment } from "./pictures.js";
import { authorOf } from "./state.js";
import { told } from "./toast.js";
import { avatar } from "./avatar.js";

export class MessageNode {
  // place: {channel, openThread(ts) or null, typesOnly}
  constructor(message, place) {
    this.place = place;
    this.message = message;
    this.build();
    this.update(message);
  }

  build() {
    const author = authorOf(this.message);
    const { ts } = this.message;
    this.day = el("div", { className: "day", hidden: true }, el("span", {}, dayOf(ts)));
    const note = this.message.is_ephemeral ? el("p", { className: "private-note" }, icon("eye"), "Only visible to you") : null;
    this.text = el("div", { className: "text" });
    this.edited = el("span", { className: "edited" });
    this.blocks = el("div", { className: "blocks" });
    this.files = el("div", { className: "files" });
    this.replies = el("div", { className: "replies" });
    const head = el("div", { className: "head" },
      el("span", { className: "author" }, author.real_name || author.name),
      author.is_bot ? el("span", { className: "badge" }, "App") : null,
      el("time", { datetime: dateOf(ts).toISOString(), title: fullTimeOf(ts) }, timeOf(ts)));
    this.body = el("div", { className: "body" }, note, head, this.text, this.blocks, this.files, this.edited, this.replies);
    const gutter = el("div", { className: "gutter" }, avatar(author), el("time", { "aria-hidden": "true" }, timeOf(ts)));
    this.article = el("article", { className: "message", tabIndex: -1, data: { ts } }, gutter, this.body, this.toolbar());
    this.node = el("div", { className: "entry" }, this.day, this.article);
  }

  toolbar() {
    const { openThread } = this.place;
    if (this.message.is_ephemeral) return null;
    const reply = openThread && el("button", {
      type: "button", className: "icon-button", "aria-label": "Reply in thread", title: "Reply in thread", on: { click: () => this.openThread() },
    }, icon("reply"));
    const edit = () => editText(this.message, this.place.channel, this.text);
    const more = el("button", {
      type: "button", className: "icon-button", "aria-label": "More about this message", "aria-haspopup": "menu",
      on: { click: () => openMessageMenu(more, this.message, this.place.channel, edit) },
    }, icon("more"));
    return el("div", { className: "toolbar" }, reply, more);
  }

  openThread() {
    this.place.openThread(this.message.thread_ts ?? this.message.ts);
  }

  update(message) {
    const changed = (name) => JSON.stringify(message[name]) !== JSON.stringify(this.drawn?.[name]);
    const blocks = message.blocks ?? [];
    this.message = message;
    this.article.classList.toggle("ephemeral", Boolean(message.is_ephemeral));
    this.article.classList.toggle("gone", message.subtype === "tombstone");
    this.article.setAttribute("aria-label", `${authorOf(message).real_name}, ${timeOf(message.ts)}`);
    if (changed("text") || changed("blocks")) this.drawText(blocks.length ? "" : message.text ?? "");
    if (changed("blocks")) syncBlocks(this.blocks, blocks, this.surface());
    if (changed("files")) this.files.replaceChildren(...(message.files ?? []).map(fileAttachment));
    this.edited.textContent = message.edited && !authorOf(message).is_bot ? "(edited)" : "";
    this.drawReplies(message);
    this.drawn = message;
  }

  drawText(text) {
    this.text.replaceChildren(...mrkdwn(text));
  }

  // Edits are silent for screen readers: a card changes each second, and only new messages are news.
  quiet() {
    this.body.setAttribute("aria-live", "off");
  }

  drawReplies(message) {
    const count = this.place.openThread ? message.reply_count ?? 0 : 0;
    const inThread = this.place.openThread && message.subtype === "thread_broadcast";
    const words = inThread ? "View thread" : `${count} ${count === 1 ? "reply" : "replies"}`;
    if (!count && !inThread) return this.replies.replaceChildren();
    const faces = (message.reply_users ?? []).slice(0, 3).map((id) => avatar(authorOf({ user: id })));
    const last = message.latest_reply ? el("span", { className: "quiet" }, `last at ${timeOf(message.latest_reply)}`) : null;
    if (this.replies.dataset.words === words + message.latest_reply && this.replies.firstChild) return undefined;
    this.replies.dataset.words = words + message.latest_reply;
    return this.replies.replaceChildren(el("button", {
      type: "button", className: "reply-link", on: { click: () => this.openThread() },
    }, faces, el("span", {}, words), last));
  }

  surface() {
    const place = () => ({ channel: this.place.channel, message_ts: this.message.ts });
    return { place, act: async (action) => told(await api.act({ ...place(), values: enteredValues(this.blocks) }, action)) };
  }

  // A message follows on from the one before it when one person goes on talking.
  follows(before) {
    const { ts } = this.message;
    const newDay = !before || dayOf(before.message.ts) !== dayOf(ts);
    const continues = !newDay && sameSpeaker(before.message, this.message) && ts - before.message.ts < 300;
    this.day.hidden = !newDay;
    this.article.classList.toggle("continued", continues);
  }
}

function sameSpeaker(one, other) {
  const plain = (message) => !message.is_ephemeral && !message.reply_count && !(message.blocks?.length > 1);
  return one.user === other.user && one.bot_id === other.bot_id && one.username === other.username && plain(one) && plain(other);
}
