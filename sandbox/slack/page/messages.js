// A list of messages in time order: keeps the scroll position, sticks to the end when the reader is there,
// and lets arrow keys walk from message to message.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { MessageNode } from "./message.js";

const NEAR_THE_END = 60;

export class MessageList {
  constructor({ label, channel, openThread, empty }) {
    this.place = { channel, openThread };
    this.entries = [];
    this.inner = el("div", { className: "entries" });
    this.empty = el("p", { className: "empty" }, empty);
    this.scroller = el("div", {
      className: "messages", role: "log", "aria-live": "polite", "aria-relevant": "additions", "aria-label": label, tabIndex: 0,
      on: { scroll: () => this.scrolled(), keydown: (event) => this.walk(event) },
    }, this.empty, this.inner);
    this.pill = el("button", { type: "button", className: "pill", hidden: true, on: { click: () => this.toEnd() } }, icon("down"), "New messages");
    this.node = el("div", { className: "messages-frame" }, this.scroller, this.pill);
    this.atEnd = true;
    this.top = 0;
    new ResizeObserver(() => this.stick()).observe(this.inner);
    new ResizeObserver(() => this.stick()).observe(this.scroller);
  }

  // What came live while these were on their way is newer than they are, and stays.
  show(messages) {
    messages.filter((message) => !this.find(message.ts)).forEach((message) => this.put(message));
    this.stick();
  }

  // Adds the message or redraws it where it is known. -> whether it is new
  upsert(message) {
    const known = this.find(message.ts);
    if (known && message.subtype === "tombstone" && known.message.subtype !== "tombstone") {
      this.remove(message.ts);
      this.put(message);
      return false;
    }
    if (known) {
      known.quiet();
      known.update(message);
      return false;
    }
    this.scrolled();
    this.put(message);
    if (!this.atEnd) this.pill.hidden = false;
    return true;
  }

  put(message) {
    const before = this.entries.findLastIndex((entry) => entry.message.ts < message.ts);
    const entry = new MessageNode(message, this.place);
    const next = this.entries[before + 1];
    this.entries.splice(before + 1, 0, entry);
    this.inner.insertBefore(entry.node, next?.node ?? null);
    this.settle(before + 1);
  }

  remove(ts) {
    const at = this.entries.findIndex((entry) => entry.message.ts === ts);
    if (at === -1) return;
    this.entries[at].node.remove();
    this.entries.splice(at, 1);
    this.settle(at);
  }

  settle(at) {
    this.entries[at]?.follows(this.entries[at - 1]);
    this.entries[at + 1]?.follows(this.entries[at]);
    this.empty.hidden = this.entries.length > 0;
  }

  find(ts) {
    return this.entries.find((entry) => entry.message.ts === ts);
  }

  // Brings a message into view and marks it for a moment. -> whether it is here
  pointAt(ts) {
    const entry = this.find(ts);
    if (!entry) return false;
    this.atEnd = false;
    const fits = entry.article.offsetHeight < this.scroller.clientHeight;
    entry.article.scrollIntoView({ block: fits ? "center" : "start" });
    this.top = this.scroller.scrollTop;
    entry.article.classList.add("pointed-at");
    entry.article.focus({ preventScroll: true });
    return true;
  }

  get latest() {
    return this.entries.at(-1)?.message.ts ?? "0";
  }

  // Asked before every move too: the event of the reader's own scrolling comes a frame later than a message may.
  scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    // Only a move upwards leaves the end: the list may have grown since it was last looked at.
    if (scrollHeight - scrollTop - clientHeight < NEAR_THE_END) this.atEnd = true;
    else if (scrollTop < this.top) this.atEnd = false;
    this.top = scrollTop;
    if (this.atEnd) this.pill.hidden = true;
  }

  stick() {
    this.scrolled();
    if (this.atEnd) this.toEnd();
  }

  toEnd() {
    this.atEnd = true;
    this.pill.hidden = true;
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.top = this.scroller.scrollTop;
  }

  walk(event) {
    const article = event.target.closest("article.message");
    const onArticle = event.target === article || event.target === this.scroller;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!onArticle || !step || !this.entries.length) return;
    event.preventDefault();
    const at = this.entries.findIndex((entry) => entry.article === article);
    const to = at === -1 ? this.entries.length - 1 : Math.max(0, Math.min(this.entries.length - 1, at + step));
    this.entries[to].article.focus();
  }
}
