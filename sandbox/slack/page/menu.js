// A small menu at a button: overflow elements and a message's shortcuts.

import { el, placeBeside } from "./dom.js";

// `items` is a list of {label, choose, className?}; arrow keys move, Escape closes, the anchor gets the focus back.
export function openMenu(anchor, items) {
  const menu = el("div", { className: "popup menu", role: "menu", popover: "auto" }, items.map((item) => menuItem(item)));
  const host = anchor.closest("dialog") ?? document.body;
  host.append(menu);
  anchor.setAttribute("aria-expanded", "true");
  menu.addEventListener("toggle", (event) => event.newState === "closed" && closed(menu, anchor));
  menu.addEventListener("keydown", (event) => moveOn(event, menu));
  menu.showPopover();
  placeBeside(menu, anchor, { align: "end" });
  menu.firstElementChild?.focus();
}

function menuItem({ label, choose, className = "" }) {
  const item = el("button", { type: "button", role: "menuitem", className: `menu-item ${className}`, tabIndex: -1 }, label);
  item.addEventListener("click", () => {
    item.closest("[popover]").hidePopover();
    choose();
  });
  return item;
}

function closed(menu, anchor) {
  const hadFocus = menu.contains(document.activeElement) || document.activeElement === document.body;
  anchor.setAttribute("aria-expanded", "false");
  menu.remove();
  if (hadFocus && anchor.isConnected) anchor.focus();
}

function moveOn(event, menu) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}
