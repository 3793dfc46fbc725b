// The files that a person chooses in a modal's file input: each is uploaded when it is chosen, and waits there
// until the modal is sent. Lives on when its element is drawn anew.

import { api } from "./api.js";
import { state } from "./state.js";

const MOST_FILES = 10;

export class ChosenFiles {
  constructor(element) {
    this.element = element;
    this.files = [];
    this.refused = [];
    this.place = () => ({});
    this.changed = () => undefined;
  }

  get length() {
    return this.files.length;
  }

  get most() {
    return this.element.max_files ?? MOST_FILES;
  }

  // What goes to the server with the modal.
  toJSON() {
    return this.files.filter((file) => file.id).map(({ id }) => ({ id }));
  }

  // A single file gives way to the next one; of several, those that are too many are left out.
  choose(given) {
    const welcome = given.filter((file) => !refusal(this.element, file));
    this.refused = given.map((file) => refusal(this.element, file)).filter(Boolean);
    if (this.most === 1 && welcome.length) this.files.forEach((file) => this.drop(file));
    const room = Math.max(0, this.most - this.files.length);
    if (welcome.length > room) this.refused.push(tooMany(this.most, welcome.slice(room)));
    for (const each of welcome.slice(0, room)) this.upload(add(this.files, each));
    this.changed();
  }

  async upload(file) {
    Object.assign(file, { error: null, sent: 0 });
    file.transfer = api.give(this.place(), file.given, (sent) => this.progress(file, sent));
    const answer = await file.transfer.answer;
    Object.assign(file, answer.ok ? { id: answer.file.id } : { error: answer.error ?? "It could not be uploaded." });
    this.changed();
  }

  progress(file, sent) {
    file.sent = sent;
    file.moved?.(sent);
  }

  retry(file) {
    this.upload(file);
    this.changed();
  }

  remove(file) {
    this.drop(file);
    this.refused = [];
    this.changed();
  }

  drop(file) {
    file.transfer?.cancel();
    this.files = this.files.filter((each) => each !== file);
  }

  // Why the modal cannot be sent yet.
  trouble() {
    if (this.files.some((file) => file.error)) return "Try again with the file that could not be uploaded, or remove it.";
    return this.files.some((file) => !file.id) ? "A moment: a file is still being uploaded." : "";
  }
}

function add(files, given) {
  const file = { given, name: given.title ?? given.name, size: given.size, id: null, error: null, sent: 0 };
  files.push(file);
  return file;
}

export function accepts(element, name) {
  const kinds = (element.filetypes ?? []).map((kind) => kind.toLowerCase());
  return !kinds.length || (name.includes(".") && kinds.includes(name.split(".").at(-1).toLowerCase()));
}

export function fits(size) {
  return size <= (state.limits.file_input_bytes ?? Infinity);
}

function refusal(element, { title, name: given, size }) {
  const name = title ?? given;
  if (!accepts(element, name)) return `${name} is not accepted here: only ${kindsOf(element.filetypes)} files are.`;
  if (!size) return `${name} is empty.`;
  return fits(size) ? "" : `${name} is too large (${sizeOf(size)}): a file given in a form has at most ${mostOf()}.`;
}

function tooMany(most, files) {
  const names = files.map((file) => file.title ?? file.name).join(", ");
  return `Only ${most} files can be given here: ${names} ${files.length === 1 ? "was" : "were"} left out.`;
}

function kindsOf(filetypes) {
  const named = filetypes.map((kind) => `.${kind.toLowerCase()}`);
  return named.length > 1 ? `${named.slice(0, -1).join(", ")} or ${named.at(-1)}` : named[0];
}

function mostOf() {
  return `${Math.floor(state.limits.file_input_bytes / 1e6)} MB`;
}

// What may be chosen, said beforehand.
export function limitsOf(element) {
  const most = element.max_files ?? MOST_FILES;
  const kinds = element.filetypes?.length ? kindsOf(element.filetypes) : "Any kind of file";
  return `${kinds} · ${most === 1 ? "one file" : `up to ${most} files`}${state.limits.file_input_bytes ? ` · ${mostOf()} each` : ""}`;
}

export function sizeOf(bytes) {
  if (bytes >= 1e6) return `${(bytes / 1e6).toFixed(bytes >= 1e8 ? 0 : 1)} MB`;
  return bytes >= 1000 ? `${Math.round(bytes / 1000)} KB` : `${bytes} bytes`;
}
