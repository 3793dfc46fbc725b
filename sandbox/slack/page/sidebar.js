// The sidebar (a drawer on a narrow screen) and the switch of who acts.

import { el } from "./dom.js";
import { avatar } from "./avatar.js";
import { icon } from "./icons.js";
import { appChannel, channelName, isDirect, people, state } from "./state.js";

const bar = document.getElementById("sidebar");
const opener = document.getElementById("open-sidebar");
const scrim = document.getElementById("scrim");

export function drawSidebar(go) {
  const channels = [...state.channels.values()];
  const rooms = channels.filter((each) => !isDirect(each) && each.is_member !== false);
  const direct = channels.filter((each) => isDirect(each) && each.id !== appChannel()?.id);
  bar.replaceChildren(
    el("p", { className: "team" }, teamName()),
    group("Channels", rooms.map((each) => row(each, go))),
    group("Apps", appRows(go)),
    direct.length ? group("Direct messages", direct.map((each) => row(each, go))) : "");
}

function teamName() {
  return typeof state.team === "string" ? state.team : state.team?.name ?? "Workspace";
}

function group(name, rows) {
  return el("section", {}, el("h2", {}, name), el("ul", {}, rows));
}

function appRows(go) {
  const app = state.users.get(state.bot.user_id) ?? { id: state.bot.user_id, name: state.bot.name, is_bot: true };
  const name = app.real_name || app.name || "Darkroom";
  const direct = appChannel();
  const home = entry({ mark: icon("home"), name: `${name} Home`, isHere: state.place.kind === "home", choose: () => go({ kind: "home" }) });
  if (!direct) return [home];
  return [home, entry({ mark: avatar(app), name, ...standing(direct), choose: () => go({ kind: "channel", channel: direct.id }) })];
}

function row(channel, go) {
  const person = channel.is_im ? state.users.get(channel.user) : null;
  const mark = person ? avatar(person) : icon(channel.is_mpim ? "people" : channel.is_private ? "lock" : "hash");
  return entry({ mark, name: channelName(channel), ...standing(channel), choose: () => go({ kind: "channel", channel: channel.id }) });
}

function standing(channel) {
  return { isHere: state.place.kind === "channel" && state.place.channel === channel.id, unread: state.unread.get(channel.id) };
}

function entry({ mark, name, isHere, unread, choose }) {
  const count = unread ? el("span", { className: "unread" }, String(unread), el("span", { className: "hidden" }, " unread")) : null;
  return el("li", {}, el("button", {
    type: "button", className: unread ? "row has-unread" : "row", "aria-current": isHere ? "page" : null,
    on: { click: () => { closeSidebar(); choose(); } },
  }, mark, el("span", { className: "row-name" }, name), count));
}

export function drawActAs(choose) {
  const buttons = people().map((user, at) => el("button", {
    type: "button", className: "actor", "aria-pressed": String(user.id === state.me), title: `Act as ${user.real_name} (Alt+${at + 1})`,
    data: { user: user.id }, on: { click: () => choose(user.id) },
  }, avatar(user), el("span", { className: "actor-name" }, firstName(user))));
  document.getElementById("act-as").replaceChildren(el("span", { className: "act-as-label" }, "Act as"), ...buttons);
}

const firstName = (user) => (user.real_name || user.name).split(" ")[0];

// Alt and a number switch the person, wherever the focus is.
export function bindKeys(choose) {
  document.addEventListener("keydown", (event) => {
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    const user = event.altKey && digit ? people()[digit - 1] : null;
    if (!user) return;
    event.preventDefault();
    choose(user.id);
  });
  bar.addEventListener("keydown", (event) => event.key === "Escape" && closeSidebar());
}

export function bindDrawer() {
  opener.append(icon("menu"));
  opener.addEventListener("click", () => (bar.classList.contains("open") ? closeSidebar() : openSidebar()));
  scrim.addEventListener("click", closeSidebar);
}

function openSidebar() {
  bar.classList.add("open");
  scrim.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  (bar.querySelector("[aria-current]") ?? bar.querySelector(".row"))?.focus();
}

function closeSidebar() {
  if (!bar.classList.contains("open")) return;
  bar.classList.remove("open");
  scrim.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  opener.focus();
}
