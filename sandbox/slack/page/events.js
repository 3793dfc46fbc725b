// What happens in the workspace while the page is open, as server-sent events.

import { api } from "./api.js";
import { belongsHere, channelLoses, channelMessage, channelTakes } from "./channel.js";
import { drawHome } from "./home.js";
import { agreeOnViews, showView, updateView } from "./modal.js";
import { lastRead, state } from "./state.js";
import { threadLoses, threadTakes } from "./thread.js";
import { toast } from "./toast.js";

let source = null;

// `changed` is called when an unread mark moved; `again` when the line was lost and what happened meanwhile is unknown.
// Resolves once the line is open: what is read after that misses nothing.
export function listen(changed, again) {
  source?.close();
  const mine = new EventSource(`/page/events?user=${encodeURIComponent(state.me)}`);
  source = mine;
  let lost = false;
  mine.onmessage = ({ data }) => source === mine && take(JSON.parse(data), changed);
  return new Promise((resolve) => {
    mine.onopen = () => {
      if (lost && source === mine) again();
      lost = false;
      resolve();
    };
    mine.onerror = () => {
      lost = true;
      resolve();
    };
  });
}

function take(event, changed) {
  switch (event.type) {
    case "message":
    case "ephemeral": return arrives(event, changed);
    case "message_changed": return shows(event.channel, event.message);
    case "message_deleted": return leaves(event);
    case "view_opened": return showView(event.view);
    case "view_updated": return updateView(event.view);
    case "view_closed": return agreeOnViews();
    case "home": return drawHome(event.view);
    case "error": return toast(event.text ?? "Something went wrong.");
    default: return undefined;
  }
}

function arrives({ type, channel, message }, changed) {
  const shown = type === "ephemeral" ? { ...message, is_ephemeral: true } : message;
  shows(channel, shown);
  if (!belongsHere(shown)) countReply(channel, shown);
  const isOpenHere = state.place.kind === "channel" && state.place.channel === channel;
  if (isOpenHere || shown.user === state.me || !belongsHere(shown)) return;
  state.unread.set(channel, (state.unread.get(channel) ?? 0) + 1);
  changed();
}

function shows(channel, message) {
  channelTakes(channel, message);
  threadTakes(channel, message);
}

function leaves({ channel, message, ts, deleted_ts }) {
  const gone = message?.ts ?? deleted_ts ?? ts;
  channelLoses(channel, gone);
  threadLoses(channel, gone);
}

// The first message of a thread says how many replies it has, before the server tells of it.
function countReply(channel, reply) {
  const parent = channelMessage(channel, reply.thread_ts);
  if (!parent || reply.is_ephemeral || (parent.latest_reply ?? "0") >= reply.ts) return;
  const reply_users = [...new Set([...(parent.reply_users ?? []), reply.user])];
  channelTakes(channel, { ...parent, reply_count: (parent.reply_count ?? 0) + 1, latest_reply: reply.ts, reply_users });
}

// Counts what was written since whoever acts now last looked.
export async function countUnread() {
  const here = state.place.kind === "channel" ? state.place.channel : null;
  const others = [...state.channels.values()].filter((each) => each.id !== here && each.is_member !== false);
  const me = state.me;
  const counts = await Promise.all(others.map(async ({ id }) => {
    const { messages = [] } = await api.messages(id);
    return [id, messages.filter((each) => each.ts > lastRead(id) && each.user !== me).length];
  }));
  if (me !== state.me) return;
  state.unread = new Map(counts.filter(([id, count]) => count && id !== state.place.channel));
}
