// The drawer of pictures that the model has not seen, grouped by class; a click uploads one.

import { el, freshId } from "./dom.js";
import { api } from "./api.js";
import { icon } from "./icons.js";
import { state } from "./state.js";
import { told } from "./toast.js";

export class SampleDrawer {
  // place() -> {channel, thread_ts} to upload into
  constructor(place) {
    this.place = place;
    this.node = el("div", { className: "samples", id: freshId("samples"), role: "region", "aria-label": "Pictures the model has not seen", hidden: true });
    this.node.addEventListener("keydown", (event) => event.key === "Escape" && this.close(event));
    this.button = el("button", {
      type: "button", className: "icon-button", "aria-label": "Sample pictures", title: "Sample pictures", "aria-expanded": "false",
      "aria-controls": this.node.id, on: { click: () => (this.node.hidden ? this.open() : this.close()) },
    }, icon("samples"));
  }

  open() {
    if (!this.node.firstChild) this.draw();
    this.node.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.node.querySelector(".sample")?.focus();
  }

  close(event) {
    event?.stopPropagation();
    this.node.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    this.button.focus();
  }

  draw() {
    const close = el("button", { type: "button", className: "icon-button", "aria-label": "Close", on: { click: () => this.close() } }, icon("close"));
    const classes = [...new Set(state.samples.map((sample) => sample.class))];
    this.node.append(
      el("div", { className: "samples-head" }, el("h2", {}, "Pictures the model has not seen"), el("p", { className: "quiet" }, "A click uploads one."), close),
      el("div", { className: "samples-groups" }, classes.map((each) => this.group(each))));
  }

  group(name) {
    const samples = state.samples.filter((sample) => sample.class === name);
    return el("section", { "aria-label": name }, el("h3", {}, name), el("div", { className: "samples-row" }, samples.map((sample) => this.sample(sample))));
  }

  sample(sample) {
    const words = (sample.title ?? sample.name).replace(/\.\w+$/, "").replaceAll("_", " ");
    const button = el("button", { type: "button", className: "sample", title: words, "aria-label": `Upload ${words} (${sample.class})` },
      el("img", { src: sample.url, alt: "", loading: "lazy", width: 48, height: 48 }));
    button.addEventListener("click", () => this.upload(sample, button));
    return button;
  }

  async upload(sample, button) {
    button.classList.add("sending");
    const sent = told(await api.upload({ ...this.place(), samples: [sample.name] }));
    button.classList.remove("sending");
    // Open, it would cover the upload and its answer.
    if (sent) this.close();
  }
}
