// A person's or an app's mark: initials on their colour.

import { el } from "./dom.js";
import { state } from "./state.js";

const COLOURS = ["#8a4b1f", "#2f6b4f", "#3a5a92", "#7a3e78", "#8c3b3b", "#4d6320", "#1f6a73"];

export function avatar(user) {
  const isApp = user.id === state.bot.user_id || user.id === state.bot.bot_id;
  const mark = isApp ? el("img", { src: "/static/icon.svg", alt: "" }) : initialsOf(user);
  const node = el("span", { className: user.is_bot ? "avatar app" : "avatar", "aria-hidden": "true" }, mark);
  if (!isApp) node.style.backgroundColor = colourOf(user);
  return node;
}

function initialsOf(user) {
  if (user.avatar && user.avatar.length <= 3) return user.avatar;
  const words = (user.real_name || user.name || "?").split(/\s+/);
  return words.slice(0, 2).map((word) => word[0].toUpperCase()).join("");
}

// The given colour is kept where white letters on it are readable (WCAG AA), else one of ours is taken.
function colourOf(user) {
  const given = user.color ? `#${String(user.color).replace("#", "")}` : null;
  if (given && /^#[0-9a-f]{6}$/i.test(given) && luminance(given) < 0.18) return given;
  const sum = [...(user.id ?? user.name ?? "")].reduce((total, letter) => total + letter.codePointAt(0), 0);
  return COLOURS[sum % COLOURS.length];
}

function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
