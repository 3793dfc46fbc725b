// The box in which a person writes: Enter sends, Shift+Enter breaks the line, files come by picker, drop or paste.

import { el } from "./dom.js";
import { api } from "./api.js";
import { Completion } from "./completion.js";
import { icon } from "./icons.js";
import { SampleDrawer } from "./samples.js";
import { state } from "./state.js";
import { told } from "./toast.js";

const drafts = new Map();

export class Composer {
  constructor({ channel, thread_ts = null, label, id }) {
    this.channel = channel;
    this.thread_ts = thread_ts;
    this.files = [];
    this.key = `${state.me} ${channel} ${thread_ts}`;
    this.build(label, id);
    this.box.value = drafts.get(this.key) ?? "";
    this.grow();
  }

  build(label, id) {
    this.box = el("textarea", { id, rows: "1", placeholder: label, "aria-label": label, autocomplete: "off",
      on: { keydown: (event) => this.keydown(event), input: () => this.typed(), paste: (event) => this.pasted(event) } });
    this.completion = new Completion(this.box, { commands: true });
    this.picker = el("input", { type: "file", multiple: true, hidden: true, "aria-label": "Files to upload",
      on: { change: () => this.stage([...this.picker.files]) } });
    this.staged = el("ul", { className: "staged", hidden: true, "aria-label": "Files to send" });
    this.send = el("button", { type: "button", className: "send", "aria-label": "Send", title: "Send (Enter)", on: { click: () => this.submit() } }, icon("send"));
    const drawer = new SampleDrawer({ choose: (sample) => this.uploadSample(sample) });
    const tools = el("div", { className: "composer-tools" },
      toolButton("attach", "Upload files", () => this.picker.click()),
      state.samples.length ? drawer.button : null,
      el("span", { className: "composer-help" }, "Enter sends · Shift+Enter breaks the line · / for commands"),
      this.send);
    const frame = el("div", { className: "composer-frame" }, this.staged, this.box, tools);
    this.node = el("div", { className: "composer" }, this.completion.node, drawer.node, frame, this.picker);
  }

  keydown(event) {
    if (this.completion.keydown(event)) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  typed() {
    drafts.set(this.key, this.box.value);
    this.grow();
  }

  grow() {
    this.box.style.height = "auto";
    if (this.box.scrollHeight) this.box.style.height = `${Math.min(this.box.scrollHeight, 180)}px`;
    this.send.classList.toggle("ready", Boolean(this.box.value.trim() || this.files.length));
  }

  pasted(event) {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.stage(files);
  }

  stage(files) {
    this.files.push(...files);
    this.picker.value = "";
    this.drawStaged();
    this.box.focus();
  }

  drawStaged() {
    this.staged.querySelectorAll("img").forEach((img) => URL.revokeObjectURL(img.src));
    this.staged.replaceChildren(...this.files.map((file) => this.stagedFile(file)));
    this.staged.hidden = !this.files.length;
    this.grow();
  }

  stagedFile(file) {
    const picture = file.type.startsWith("image/") ? el("img", { src: URL.createObjectURL(file), alt: "" }) : icon("file");
    return el("li", {}, picture, el("span", {}, file.name), el("button", {
      type: "button", className: "icon-button", "aria-label": `Remove ${file.name}`, on: { click: () => this.unstage(file) },
    }, icon("close")));
  }

  unstage(file) {
    this.files = this.files.filter((each) => each !== file);
    this.drawStaged();
    this.box.focus();
  }

  async submit() {
    const text = this.box.value.trim();
    const files = this.files;
    if ((!text && !files.length) || this.sending) return;
    this.sending = true;
    this.clear();
    const went = told(await this.deliver(text, files));
    this.sending = false;
    if (!went) this.giveBack(text, files);
  }

  deliver(text, files) {
    const { channel, thread_ts } = this;
    if (files.length) return api.upload({ channel, thread_ts, text, files });
    return api.say(channel, text, thread_ts);
  }

  async uploadSample(sample) {
    const { channel, thread_ts } = this;
    return told(await api.upload({ channel, thread_ts, samples: [sample.name] }));
  }

  clear() {
    this.box.value = "";
    this.files = [];
    this.completion.close();
    this.typed();
    this.drawStaged();
  }

  // What could not be sent stays in the box, before whatever was typed since.
  giveBack(text, files) {
    this.box.value = text + this.box.value;
    this.files = [...files, ...this.files];
    this.typed();
    this.drawStaged();
  }

  focus() {
    this.box.focus({ preventScroll: true });
  }
}

export function toolButton(name, label, click) {
  return el("button", { type: "button", className: "icon-button", "aria-label": label, title: label, on: { click } }, icon(name));
}

// Files dropped anywhere on `area` go to the composer that is open there.
export function acceptDrops(area, composerOf) {
  const cover = el("div", { className: "drop-cover", hidden: true }, "Drop to attach");
  area.append(cover);
  const withFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
  area.addEventListener("dragover", (event) => {
    if (!withFiles(event) || !composerOf()) return;
    event.preventDefault();
    cover.hidden = false;
  });
  area.addEventListener("dragleave", (event) => area.contains(event.relatedTarget) || (cover.hidden = true));
  area.addEventListener("drop", (event) => {
    cover.hidden = true;
    if (!withFiles(event)) return;
    event.preventDefault();
    composerOf()?.stage([...event.dataTransfer.files]);
  });
}
