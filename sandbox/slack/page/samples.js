// The drawer of samples: pictures that the model has not seen, grouped by class, and files such as packed data sets.

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { state } from "./state.js";
import { sizeOf } from "./uploads.js";

export class SampleDrawer {
  // choose(sample) -> whether the drawer is done; `verb` begins what each sample's button is called
  constructor({ choose, offered = () => state.samples, name = "Sample pictures", verb = "Upload", worded = false }) {
    Object.assign(this, { choose, offered, name, verb });
    this.node = el("div", { className: "samples", id: freshId("samples"), role: "region", "aria-label": this.title(), hidden: true });
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.close(event));
    this.button = el("button", {
      type: "button", className: worded ? "button" : "icon-button", "aria-label": name, title: worded ? null : name, "aria-expanded": "false",
      "aria-controls": this.node.id, on: { click: () => (this.node.hidden ? this.open() : this.close()) },
    }, worded ? name : icon("samples"));
  }

  title() {
    const kinds = this.offered().map((sample) => Boolean(sample.class));
    if (!kinds.includes(true)) return "Sample files";
    return kinds.includes(false) ? "Pictures the model has not seen, and files" : "Pictures the model has not seen";
  }

  open() {
    if (!this.node.firstChild) this.draw();
    this.node.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.node.querySelector(".sample")?.focus();
  }

  // Escape is taken here, lest it close the modal around the drawer as well.
  close(event) {
    event?.stopPropagation();
    event?.preventDefault();
    this.node.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus();
  }

  draw() {
    const close = el("button", { type: "button", className: "icon-button", "aria-label": "Close samples", on: { click: () => this.close() } }, icon("close"));
    const offered = this.offered();
    const pictures = Object.groupBy(offered.filter((sample) => sample.class), (sample) => sample.class);
    const files = offered.filter((sample) => !sample.class);
    this.node.append(
      el("div", { className: "samples-head" }, el("h2", {}, this.title()), el("p", { className: "quiet" }, `A click ${this.verb === "Add" ? "adds" : "uploads"} one.`), close),
      el("div", { className: "samples-body" },
        files.length ? this.files(files, Object.keys(pictures).length > 0) : null,
        el("div", { className: "samples-groups" }, Object.entries(pictures).map(([name, samples]) => this.group(name, samples)))));
  }

  files(files, among) {
    return el("section", { className: "samples-files", "aria-label": "Files" }, among ? el("h3", {}, "Files") : null,
      el("div", { className: "samples-row" }, files.map((sample) => this.file(sample))));
  }

  group(name, samples) {
    return el("section", { "aria-label": name }, el("h3", {}, name), el("div", { className: "samples-row" }, samples.map((sample) => this.picture(sample))));
  }

  picture(sample) {
    const words = sample.title.replace(/\.\w+$/, "").replaceAll("_", " ");
    return this.sample(sample, { className: "sample", title: words, "aria-label": `${this.verb} ${words} (${sample.class})` },
      el("img", { src: sample.url, alt: "", loading: "lazy", width: 48, height: 48 }));
  }

  file(sample) {
    return this.sample(sample, { className: "sample sample-file", "aria-label": `${this.verb} ${sample.title} (${sizeOf(sample.size)})` },
      icon("file"), el("span", { className: "sample-name" }, sample.title), el("span", { className: "quiet" }, sizeOf(sample.size)));
  }

  sample(sample, attributes, ...children) {
    const button = el("button", { type: "button", ...attributes }, children);
    button.addEventListener("click", () => this.take(sample, button));
    return button;
  }

  async take(sample, button) {
    button.classList.add("sending");
    const done = await this.choose(sample);
    button.classList.remove("sending");
    // Open, it would cover what came of it.
    if (done !== false) this.close();
  }
}
