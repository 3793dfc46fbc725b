// Starts the page: who acts, where they are, and the line to the server.

import { api } from "./api.js";
import { focusComposer, pointAt, showChannel } from "./channel.js";
import { el } from "./dom.js";
import { countUnread, listen } from "./events.js";
import { openHome } from "./home.js";
import { placeOf } from "./permalinks.js";
import { closeAll, agreeOnViews } from "./modal.js";
import { bindDrawer, bindKeys, drawActAs, drawSidebar } from "./sidebar.js";
import { appChannel, channelTitle, isDirect, nameOf, state, takeWorkspace } from "./state.js";
import { closeThread, openThread, pointInThread } from "./thread.js";
import { toast } from "./toast.js";

// Whom a newcomer begins as: the workspace's requester.
const FIRST_PERSON = "U0ADA00001";

let switches = 0;

const byId = (id) => document.getElementById(id);

function refresh() {
  drawSidebar(go);
}

// The address remembers who acts and where, so that a reload or a bookmark comes back here.
function remember() {
  const where = new URLSearchParams({ user: state.me, at: state.place.channel ?? "home" });
  history.replaceState(null, "", `/#${where}`);
}

// What stands on the page changes at once, before anything is awaited: nobody types into the place that they left.
export async function go(place, listening = null) {
  closeThread();
  state.place = place;
  const isHome = place.kind === "home";
  byId("home").hidden = !isHome;
  byId("channel").hidden = isHome;
  drawPlaceHead();
  remember();
  if (isHome) await openHome(byId("home"), listening);
  else await showChannel(state.channels.get(place.channel), listening);
  refresh();
  if (!isHome && matchMedia("(hover: hover)").matches) focusComposer();
}

function drawPlaceHead() {
  const { kind, channel } = state.place;
  const here = state.channels.get(channel);
  const withApp = kind === "home" || here?.id === appChannel()?.id;
  const title = withApp ? nameOf(state.bot.user_id) : channelTitle(here);
  byId("place-name").replaceChildren(title);
  byId("place-topic").replaceChildren(withApp ? "" : here?.topic ?? "");
  byId("place-tools").replaceChildren(...(withApp ? appTabs(kind) : []));
  document.title = `${title} · Darkroom workspace (sandbox)`;
}

function appTabs(kind) {
  const tab = (name, isHere, place) => el("button", {
    type: "button", className: "tab", "aria-current": isHere ? "page" : null, on: { click: () => go(place) },
  }, name);
  const direct = appChannel();
  return [tab("Home", kind === "home", { kind: "home" }),
    direct ? tab("Messages", kind === "channel", { kind: "channel", channel: direct.id }) : ""];
}

// The latest switch wins, however quickly one follows another.
async function actAs(user) {
  switches += 1;
  const mine = switches;
  const workspace = await api.workspace(user);
  if (mine !== switches) return undefined;
  if (workspace.ok === false) return toast(workspace.error);
  const thread = state.thread;
  const before = { ...state.place, withApp: appChannel()?.id === state.place.channel };
  closeAll();
  takeWorkspace(workspace, user);
  drawActAs(actAs);
  const place = samePlace(before);
  await go(place, listen(refresh, () => actAs(state.me)));
  if (mine !== switches) return undefined;
  if (thread && place.channel === before.channel) await openThread(place.channel, thread);
  await Promise.all([countUnread(), agreeOnViews()]);
  return refresh();
}

// A person's own messages with the app are theirs alone: whoever comes next sees their own.
function samePlace(before) {
  if (before.kind === "home") return before;
  const known = state.channels.get(before.channel);
  if (known && known.is_member !== false) return before;
  const first = [...state.channels.values()].find((each) => !isDirect(each) && each.bot_is_member) ?? [...state.channels.values()][0];
  return { kind: "channel", channel: (before.withApp && appChannel()?.id) || first.id };
}

async function start() {
  bindDrawer();
  bindKeys((user) => user !== state.me && actAs(user));
  const wanted = new URLSearchParams(location.hash.slice(1));
  const at = wanted.get("at");
  state.place = at === "home" ? { kind: "home" } : { kind: "channel", channel: at };
  const user = wanted.get("user") ?? FIRST_PERSON;
  const known = (await api.workspace(user)).ok !== false;
  const address = location.pathname === "/" ? null : location.href;
  await actAs(known ? user : FIRST_PERSON);
  const linked = address && placeOf(address);
  return linked ? goTo(linked) : undefined;
}

// A link to a message of this workspace leads there, not to Slack.
async function goTo({ channel, ts, thread_ts }) {
  if (!state.channels.has(channel)) return toast("There is no such conversation for you.");
  if (state.place.channel !== channel) await go({ kind: "channel", channel });
  const isReply = thread_ts && thread_ts !== ts;
  if (isReply) await openThread(channel, thread_ts);
  const found = !ts || (isReply ? pointInThread(ts) : pointAt(ts));
  return found ? undefined : toast("That message is gone.");
}

document.addEventListener("click", (event) => {
  const address = event.target.closest("a[href]")?.href;
  const place = address && placeOf(address);
  if (!place) return;
  event.preventDefault();
  goTo(place);
});

document.addEventListener("click", (event) => {
  const id = event.target.closest("[data-goto]")?.dataset.goto;
  if (id && state.channels.has(id)) go({ kind: "channel", channel: id });
});

start();
