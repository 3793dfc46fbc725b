// Dialogs of the page itself: "are you sure", and a picture in full size. The browser's own <dialog>
// traps the focus, closes on Escape and gives the focus back.

import { el, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { textObject } from "./mrkdwn.js";

export function openDialog(dialog) {
  const returnTo = document.activeElement;
  document.body.append(dialog);
  dialog.addEventListener("close", () => {
    dialog.remove();
    if (returnTo?.isConnected) returnTo.focus();
  });
  dialog.showModal();
}

// Resolves to true where the person confirms (https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object).
export function confirmed(question) {
  return new Promise((resolve) => {
    const dialog = confirmDialog(question);
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
    openDialog(dialog);
  });
}

// A slip of the Enter key must not destroy anything: there the focus begins on the way out.
function confirmDialog(question) {
  const title = freshId("confirm");
  const style = question.style === "danger" ? "danger" : "primary";
  return el("dialog", { className: "dialog confirm", "aria-labelledby": title },
    el("form", { method: "dialog" },
      el("h2", { id: title }, textObject(question.title)),
      el("div", { className: "dialog-text" }, textObject(question.text)),
      el("div", { className: "dialog-buttons" },
        el("button", { className: "button", value: "no", autofocus: style === "danger" }, textObject(question.deny)),
        el("button", { className: `button ${style}`, value: "yes", autofocus: style !== "danger" }, textObject(question.confirm)))));
}

export function showPicture(address, title) {
  const close = el("button", { className: "icon-button", "aria-label": "Close", autofocus: true }, icon("close"));
  const dialog = el("dialog", { className: "dialog picture", "aria-label": title || "Picture" },
    el("form", { method: "dialog", className: "picture-bar" }, el("p", {}, title), close),
    el("img", { src: address, alt: title }));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  openDialog(dialog);
}
