// Short notices in the corner: what went wrong, said once, gone after a while.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const SHOWN_FOR = 7000;

export function toast(text) {
  const corner = document.getElementById("toasts");
  // A refusal comes twice: as the answer to what was done, and on the live line.
  if ([...corner.querySelectorAll("p")].some((shown) => shown.textContent === text)) return;
  const close = el("button", { type: "button", className: "icon-button", "aria-label": "Dismiss" }, icon("close"));
  const note = el("div", { className: "toast" }, el("p", {}, text), close);
  const gone = setTimeout(() => note.remove(), SHOWN_FOR);
  close.addEventListener("click", () => {
    clearTimeout(gone);
    note.remove();
  });
  // A toast must be seen above an open dialog, which lives in the browser's top layer.
  corner.popover = "manual";
  corner.append(note);
  corner.hidePopover();
  corner.showPopover();
}

export function told(result) {
  if (result.ok === false) toast(result.error ?? "Something went wrong.");
  return result.ok !== false;
}
