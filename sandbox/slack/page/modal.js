// Modals: the stack of views that the app has opened for whoever acts
// (https://docs.slack.dev/surfaces/modals). Each view keeps its own form, so that going back finds what was typed.

import { el, freshId } from "./dom.js";
import { api } from "./api.js";
import { enteredValues, showFieldErrors, syncBlocks, unsettled } from "./blocks.js";
import { icon } from "./icons.js";
import { plainText } from "./mrkdwn.js";
import { told } from "./toast.js";

let dialog = null;
let stack = [];
let returnTo = null;

// Makes what is shown agree with the view that is now on top, or with none.
export function showView(view) {
  if (!view) return closeAll();
  const at = stack.findIndex((sheet) => sheet.view.id === view.id);
  if (at === -1) stack.push(new Sheet(view));
  else {
    stack.length = at + 1;
    stack[at].update(view);
  }
  return raise();
}

export function updateView(view) {
  stack.find((sheet) => sheet.view.id === view.id)?.update(view);
}

export async function agreeOnViews() {
  const { ok, view } = await api.view();
  if (ok !== false) showView(view ?? null);
}

function raise() {
  const top = stack.at(-1);
  if (!dialog) openStack();
  if (dialog.firstChild !== top.node) {
    dialog.replaceChildren(top.node);
    dialog.setAttribute("aria-labelledby", top.titleId);
    top.focusFirst();
  }
}

function openStack() {
  returnTo = document.activeElement;
  dialog = el("dialog", { className: "dialog modal" });
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    stack.at(-1)?.dismiss();
  });
  // A file dropped beside its input would replace the page.
  for (const type of ["dragover", "drop"]) dialog.addEventListener(type, (event) => event.preventDefault());
  document.body.append(dialog);
  dialog.showModal();
}

export function closeAll() {
  stack = [];
  if (!dialog) return;
  dialog.close();
  dialog.remove();
  dialog = null;
  if (returnTo?.isConnected) returnTo.focus();
}

class Sheet {
  constructor(view) {
    this.titleId = freshId("view");
    this.title = el("h2", { id: this.titleId });
    this.body = el("div", { className: "modal-body" });
    this.foot = el("div", { className: "dialog-buttons" });
    this.node = el("form", { className: "sheet", novalidate: true, on: { submit: (event) => this.submit(event) } },
      el("header", { className: "modal-head" }, this.title,
        el("button", { type: "button", className: "icon-button", "aria-label": "Close", on: { click: () => this.dismiss() } }, icon("close"))),
      this.body, this.foot);
    this.update(view);
  }

  update(view) {
    this.view = view;
    this.title.replaceChildren(...plainText(view.title.text));
    syncBlocks(this.body, view.blocks, this.surface());
    this.drawFoot(view);
  }

  // Drawn anew only where its words change: whoever stands on a button keeps standing there.
  drawFoot(view) {
    const words = JSON.stringify([view.close, view.submit]);
    if (words === this.footWords) return;
    this.footWords = words;
    const close = el("button", { type: "button", className: "button", on: { click: () => this.dismiss() } }, plainText(view.close?.text ?? "Close"));
    const submit = view.submit ? el("button", { className: "button primary" }, plainText(view.submit.text)) : null;
    this.submitButton = submit;
    this.foot.replaceChildren(...[close, submit].filter(Boolean));
  }

  surface() {
    const place = () => ({ view_id: this.view.id, values: enteredValues(this.body) });
    return { place, act: async (action) => told(await api.act(place(), action)) };
  }

  focusFirst() {
    const wanted = this.body.querySelector("[autofocus]") ?? this.body.querySelector("input, textarea, select, button");
    (wanted ?? this.foot.lastElementChild).focus();
  }

  async submit(event) {
    event.preventDefault();
    if (!this.submitButton || this.submitButton.disabled || this.lacks()) return;
    this.busy(true);
    const result = await api.submitView(this.view.id, enteredValues(this.body));
    this.busy(false);
    if (result.errors) showFieldErrors(this.body, result.errors);
    else if (told(result)) await agreeOnViews();
  }

  // As Slack's client does: what is required and empty, or still on its way, is asked for before the app hears of it.
  lacks() {
    const values = enteredValues(this.body);
    const missing = this.view.blocks.filter((block) => block.type === "input" && !block.optional && isEmpty(values[block.block_id]));
    const errors = { ...unsettled(this.body), ...Object.fromEntries(missing.map((block) => [block.block_id, "Please complete this required field."])) };
    showFieldErrors(this.body, errors);
    return Object.keys(errors).length > 0;
  }

  busy(is) {
    this.node.setAttribute("aria-busy", String(is));
    if (this.submitButton) this.submitButton.disabled = is;
  }

  async dismiss() {
    const id = this.view.id;
    stack = stack.filter((sheet) => sheet !== this);
    if (stack.length) raise();
    else closeAll();
    told(await api.closeView(id));
  }
}

function isEmpty(byAction) {
  return Object.values(byAction ?? {}).every(({ type, ...entered }) => Object.values(entered).every((value) => (
    value === null || value === undefined || value.length === 0)));
}
