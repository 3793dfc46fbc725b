// A select with a list that filters as one types: single or multiple, from given options or asked for.
// Keyboard as in https://www.w3.org/WAI/ARIA/apg/patterns/combobox/.

import { el, freshId, placeBeside } from "./dom.js";
import { icon } from "./icons.js";
import { textObject, unescape } from "./mrkdwn.js";

const labelOf = (option) => unescape(option.text.text);

export class Combobox {
  // settings: {label, placeholder, load(query) -> groups, multiple, most, chosen, changed, disabled}
  constructor(settings) {
    this.settings = settings;
    this.chosen = [...settings.chosen];
    this.options = [];
    this.active = -1;
    this.asked = 0;
    this.listId = freshId("list");
    this.build();
    this.drawChosen();
  }

  build() {
    const { label, placeholder } = this.settings;
    this.input = el("input", {
      type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", placeholder: placeholder ?? "", "aria-label": label,
      "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": this.listId,
      on: {
        keydown: (event) => this.keydown(event), input: () => this.open(this.input.value),
        click: () => this.open(""), blur: () => this.leave(),
      },
    });
    this.chips = el("span", { className: "chips" });
    this.node = el("span", { className: this.settings.multiple ? "combobox multiple" : "combobox" }, this.chips, this.input, icon("caret"));
    this.list = el("div", { className: "popup listbox", role: "listbox", id: this.listId, popover: "manual", "aria-label": "Options" });
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.node.append(this.list);
  }

  get isOpen() {
    return this.list.matches(":popover-open");
  }

  async open(query) {
    this.asked += 1;
    const mine = this.asked;
    const groups = await this.settings.load(query);
    if (mine !== this.asked || document.activeElement !== this.input) return;
    this.drawList(groups);
    if (!this.isOpen) this.list.showPopover();
    this.input.setAttribute("aria-expanded", "true");
    placeBeside(this.list, this.node, { width: this.node.getBoundingClientRect().width });
    this.setActive(Math.max(0, this.options.findIndex((option) => this.isChosen(option))));
  }

  close() {
    this.asked += 1;
    if (this.isOpen) this.list.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  leave() {
    this.close();
    this.drawChosen();
  }

  drawList(groups) {
    this.options = groups.flatMap((group) => group.options);
    const rows = groups.flatMap((group) => [
      group.label ? el("div", { className: "group-label", role: "presentation" }, textObject(group.label)) : null,
      ...group.options.map((option) => this.row(option)),
    ]);
    const empty = el("div", { className: "list-empty" }, groups.note ?? "No matching option");
    this.list.replaceChildren(...(this.options.length ? rows.filter(Boolean) : [empty]));
  }

  row(option) {
    const chosen = this.isChosen(option);
    return el("div", {
      className: "option", role: "option", id: freshId("option"), "aria-selected": String(chosen), on: { click: () => this.choose(option) },
    }, el("span", { className: "option-text" }, textObject(option.text)),
      option.description ? el("span", { className: "option-note" }, textObject(option.description)) : null);
  }

  isChosen(option) {
    return this.chosen.some((each) => each.value === option.value);
  }

  setActive(index) {
    const rows = this.list.querySelectorAll(".option");
    this.active = rows.length ? (index + rows.length) % rows.length : -1;
    rows.forEach((row, at) => row.classList.toggle("active", at === this.active));
    const row = rows[this.active];
    if (!row) return;
    this.input.setAttribute("aria-activedescendant", row.id);
    row.scrollIntoView({ block: "nearest" });
  }

  keydown(event) {
    if (event.key === "Backspace" && !this.input.value && this.settings.multiple) return this.take(this.chosen.at(-1));
    if (!this.isOpen) {
      if (["ArrowDown", "ArrowUp", "Enter"].includes(event.key)) this.stop(event, () => this.open(""));
      return undefined;
    }
    const moves = { ArrowDown: this.active + 1, ArrowUp: this.active - 1, Home: 0, End: -1 };
    if (event.key in moves) this.stop(event, () => this.setActive(moves[event.key]));
    else if (event.key === "Enter") this.stop(event, () => this.options[this.active] && this.choose(this.options[this.active]));
    else if (event.key === "Escape") this.stop(event, () => this.leave());
    return undefined;
  }

  stop(event, then) {
    event.preventDefault();
    event.stopPropagation();
    then();
  }

  choose(option) {
    const { multiple, most = Infinity } = this.settings;
    if (!multiple) this.chosen = [option];
    else if (this.isChosen(option)) this.chosen = this.chosen.filter((each) => each.value !== option.value);
    else if (this.chosen.length < most) this.chosen = [...this.chosen, option];
    this.leave();
    this.settings.changed?.(this.chosen);
  }

  take(option) {
    if (!option) return;
    this.chosen = this.chosen.filter((each) => each.value !== option.value);
    this.leave();
    this.settings.changed?.(this.chosen);
  }

  drawChosen() {
    if (!this.settings.multiple) {
      this.input.value = this.chosen[0] ? labelOf(this.chosen[0]) : "";
      return;
    }
    this.input.value = "";
    this.input.placeholder = this.chosen.length ? "" : this.settings.placeholder ?? "";
    this.chips.replaceChildren(...this.chosen.map((option) => el("button", {
      type: "button", className: "chip", "aria-label": `Remove ${labelOf(option)}`, on: { click: () => this.take(option) },
    }, labelOf(option), icon("close"))));
  }
}

export function filtered(groups, query) {
  const wanted = query.trim().toLowerCase();
  if (!wanted) return groups;
  return groups
    .map((group) => ({ ...group, options: group.options.filter((option) => labelOf(option).toLowerCase().includes(wanted)) }))
    .filter((group) => group.options.length);
}
