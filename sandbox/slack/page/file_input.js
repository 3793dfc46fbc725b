// A modal's file input (https://docs.slack.dev/reference/block-kit/block-elements/file-input-element): a chooser that
// takes drops too, and the list of what was chosen.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { SampleDrawer } from "./samples.js";
import { state } from "./state.js";
import { accepts, ChosenFiles, fits, limitsOf, sizeOf } from "./uploads.js";

// `element.chosen` is what was chosen before the element was drawn anew.
export function fileInput(element, { surface }) {
  const chosen = element.chosen ?? new ChosenFiles(element);
  chosen.element = element;
  const picker = el("input", {
    type: "file", className: "hidden", multiple: chosen.most > 1, accept: (element.filetypes ?? []).map((each) => `.${each}`).join(","),
    on: { change: () => take([...picker.files]) },
  });
  const list = el("ul", { className: "chosen", "aria-label": "Chosen files" });
  const refused = el("div", { className: "refused", role: "status" });
  const drawer = samplesFor(element, take);
  const zone = el("div", { className: "file-zone" },
    el("label", { className: "button" }, chosen.most > 1 ? "Choose files" : "Choose a file", picker),
    el("span", { className: "quiet" }, `or drop ${chosen.most > 1 ? "them" : "it"} here`), drawer?.button);
  const node = el("div", { className: "file-input" }, zone, el("p", { className: "hint" }, limitsOf(element)), refused, drawer?.node, list);
  function take(files) {
    picker.value = "";
    chosen.choose(files);
  }
  chosen.place = () => ({ view_id: surface.place().view_id, block_id: node.closest("[data-block-id]").dataset.blockId, action_id: element.action_id });
  chosen.changed = () => draw(chosen, list, refused, picker);
  acceptDrops(zone, take);
  node.control = picker;
  node.readValue = () => ({ type: "file_input", files: chosen });
  node.trouble = () => chosen.trouble();
  chosen.changed();
  return node;
}

function samplesFor(element, take) {
  const offered = () => state.samples.filter((sample) => accepts(element, sample.title) && fits(sample.size));
  if (!offered().length) return null;
  return new SampleDrawer({ offered, choose: (sample) => take([sample]), name: "Sample files", verb: "Add", worded: true });
}

function draw(chosen, list, refused, picker) {
  const before = [...list.children];
  const kept = new Map(before.map((row) => [row.file, row]));
  const rows = chosen.files.map((file) => (kept.get(file)?.mark === markOf(file) ? kept.get(file) : row(chosen, file)));
  const at = before.findIndex((each) => each.contains(document.activeElement));
  list.replaceChildren(...rows);
  list.hidden = !rows.length;
  refused.replaceChildren(...chosen.refused.map((words) => el("p", { className: "file-trouble" }, words)));
  // Whoever removed a file from the keyboard stands on the next one.
  if (at !== -1 && !list.contains(document.activeElement)) (rows[Math.min(at, rows.length - 1)]?.querySelector("button:last-of-type") ?? picker).focus();
}

const markOf = (file) => `${file.id} ${file.error}`;

function row(chosen, file) {
  const node = el("li", { className: file.error ? "failed" : "" }, icon(file.error ? "warning" : "file"),
    el("div", { className: "chosen-text" }, el("span", { className: "chosen-name" }, file.name), standing(file)),
    file.error ? el("button", { type: "button", className: "button", on: { click: () => chosen.retry(file) } }, "Try again") : null,
    el("button", { type: "button", className: "icon-button", "aria-label": `Remove ${file.name}`, on: { click: () => chosen.remove(file) } }, icon("close")));
  return Object.assign(node, { file, mark: markOf(file) });
}

function standing(file) {
  if (file.error) return el("span", { className: "file-trouble" }, file.error);
  const size = el("span", { className: "quiet" }, sizeOf(file.size));
  if (file.id) return size;
  const bar = el("progress", { max: 1, value: file.sent, "aria-label": `Uploading ${file.name}` });
  file.moved = (sent) => (bar.value = sent);
  return [size, bar];
}

function acceptDrops(zone, take) {
  const over = (is) => zone.classList.toggle("dropping", is);
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    over(true);
  });
  zone.addEventListener("dragleave", (event) => over(zone.contains(event.relatedTarget)));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    event.stopPropagation();
    over(false);
    take([...event.dataTransfer.files]);
  });
}
