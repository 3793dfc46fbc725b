// The app's Home tab.

import { el } from "./dom.js";
import { api } from "./api.js";
import { enteredValues, syncBlocks } from "./blocks.js";
import { told } from "./toast.js";

const body = el("div", { className: "home-body" });
const empty = el("p", { className: "empty" }, "The app has not drawn its Home yet.");
let current = null;

export async function openHome(container, listening) {
  container.replaceChildren(empty, body);
  // Whoever acted before sees a Home of their own.
  if (listening) drawHome(null);
  await listening;
  const before = await api.homeView();
  drawHome(before.view);
  const opened = await api.openHome();
  if (told(opened) && opened.view) drawHome(opened.view);
}

export function drawHome(view) {
  current = view ?? null;
  empty.hidden = Boolean(view);
  syncBlocks(body, view?.blocks ?? [], surface());
}

function surface() {
  const place = () => ({ view_id: current?.id, values: enteredValues(body) });
  return { place, act: async (action) => told(await api.act(place(), action)) };
}
