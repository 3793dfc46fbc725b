// Completion in the composer: "/" lists the app's commands with their usage, "@" people, "#" channels.

import { el, freshId } from "./dom.js";
import { isDirect, state } from "./state.js";

export class Completion {
  constructor(box, { commands }) {
    this.box = box;
    this.withCommands = commands;
    this.found = [];
    this.active = 0;
    this.node = el("div", { className: "completion", role: "listbox", id: freshId("completion"), "aria-label": "Suggestions", hidden: true });
    this.node.addEventListener("mousedown", (event) => event.preventDefault());
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", this.node.id);
    box.setAttribute("aria-expanded", "false");
    box.addEventListener("input", () => this.look());
    box.addEventListener("blur", () => this.close());
  }

  get isOpen() {
    return !this.node.hidden;
  }

  look() {
    const typed = this.box.value.slice(0, this.box.selectionStart);
    this.found = this.suggestions(typed);
    if (!this.found.length) return this.close();
    this.node.replaceChildren(...this.found.map((each, at) => this.row(each, at)));
    this.node.hidden = false;
    this.box.setAttribute("aria-expanded", "true");
    return this.setActive(0);
  }

  suggestions(typed) {
    if (this.withCommands && /^\/\S*$/.test(typed)) return commandsLike(typed);
    const word = /(?:^|\s)([@#][\p{L}\p{N}._-]*)$/u.exec(typed)?.[1];
    if (!word) return [];
    const wanted = word.slice(1).toLowerCase();
    return (word[0] === "@" ? persons() : rooms()).filter((each) => each.title.toLowerCase().slice(1).startsWith(wanted)).slice(0, 8)
      .map((each) => ({ ...each, replaces: word }));
  }

  row(each, at) {
    const title = el("span", { className: "completion-title" }, each.title,
      each.hint ? el("span", { className: "completion-hint" }, ` ${each.hint}`) : null);
    return el("div", {
      className: "completion-row", role: "option", id: `${this.node.id}-${at}`, "aria-selected": "false",
      on: { click: () => this.take(at) },
    }, title, el("span", { className: "completion-note" }, each.note));
  }

  setActive(at) {
    const rows = [...this.node.children];
    this.active = (at + rows.length) % rows.length;
    rows.forEach((row, index) => row.setAttribute("aria-selected", String(index === this.active)));
    this.box.setAttribute("aria-activedescendant", rows[this.active].id);
    rows[this.active].scrollIntoView({ block: "nearest" });
  }

  // -> whether the key was used here
  keydown(event) {
    if (!this.isOpen || event.isComposing) return false;
    const use = { ArrowDown: () => this.setActive(this.active + 1), ArrowUp: () => this.setActive(this.active - 1),
      Tab: () => this.take(this.active), Enter: () => this.take(this.active), Escape: () => this.close() }[event.key];
    const alreadyWhole = event.key === "Enter" && this.box.value === this.found[this.active].title;
    if (!use || alreadyWhole || event.shiftKey) return false;
    event.preventDefault();
    event.stopPropagation();
    use();
    return true;
  }

  take(at) {
    const { title, replaces } = this.found[at];
    const start = this.box.selectionStart;
    this.box.setRangeText(`${title} `, start - replaces.length, start, "end");
    this.close();
    this.box.dispatchEvent(new Event("input", { bubbles: true }));
    this.box.focus();
  }

  close() {
    this.node.hidden = true;
    this.box.setAttribute("aria-expanded", "false");
    this.box.removeAttribute("aria-activedescendant");
  }
}

function commandsLike(typed) {
  return state.commands.filter((each) => each.command.startsWith(typed.toLowerCase()))
    .map((each) => ({ title: each.command, hint: each.usage_hint, note: each.description, replaces: typed }));
}

function persons() {
  return [...state.users.values()].map((user) => ({ title: `@${user.name}`, note: user.is_bot ? "App" : user.real_name }));
}

function rooms() {
  return [...state.channels.values()].filter((each) => !isDirect(each)).map((each) => ({ title: `#${each.name}`, note: each.topic ?? "" }));
}
