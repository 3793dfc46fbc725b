// What this tab knows: who acts, where they are, and the workspace's directory.

export const state = {
  me: null,
  team: null,
  users: new Map(),
  groups: new Map(),
  channels: new Map(),
  bot: {},
  commands: [],
  shortcuts: [],
  samples: [],
  limits: {},
  opened: "",
  place: { kind: "channel", channel: null },
  thread: null,
  unread: new Map(),
};

export function takeWorkspace(workspace, user) {
  state.me = user ?? idOf(workspace.me);
  state.team = workspace.team;
  state.users = new Map(workspace.users.map((each) => [each.id, each]));
  state.channels = new Map(workspace.channels.map((each) => [each.id, each]));
  state.groups = new Map((workspace.usergroups ?? []).map((each) => [each.id, each.handle]));
  for (const list of ["commands", "shortcuts", "samples"]) state[list] = workspace[list] ?? [];
  state.bot = workspace.bot ?? {};
  state.limits = workspace.limits ?? {};
  state.opened = workspace.opened ?? "";
}

function idOf(me) {
  return typeof me === "string" ? me : me.id;
}

export function people() {
  return [...state.users.values()].filter((user) => !user.is_bot);
}

export function nameOf(userId) {
  const user = state.users.get(userId);
  return user ? user.real_name || user.name : userId;
}

const firstNameOf = (userId) => nameOf(userId).split(" ")[0];

// Between two, or among several.
export function isDirect(channel) {
  return Boolean(channel?.is_im || channel?.is_mpim);
}

export function channelName(channel) {
  if (!channel) return "";
  if (channel.is_mpim) return channel.others.map(firstNameOf).join(", ");
  return channel.is_im ? nameOf(channel.user) : channel.name;
}

export function channelTitle(channel) {
  return isDirect(channel) ? channelName(channel) : `#${channelName(channel)}`;
}

// The direct messages between whoever acts and the app.
export function appChannel() {
  return [...state.channels.values()].find((each) => each.is_im && each.user === state.bot.user_id) ?? null;
}

export function authorOf(message) {
  const user = state.users.get(message.user);
  if (user && !message.username) return user;
  if (message.user === "USLACKBOT") return { id: message.user, name: "slackbot", real_name: "Slackbot", is_bot: false, color: "5b6770", avatar: "S" };
  const isApp = Boolean(message.bot_id);
  const name = message.username || (isApp ? state.bot.name : "") || message.user || "unknown";
  return { id: message.user ?? message.bot_id, name, real_name: name, is_bot: isApp, color: null, avatar: null };
}

// What was last read, kept by user and channel so that a switch of user shows what waits for them.
const key = (channel) => `read ${location.port} ${state.me} ${channel}`;

export function lastRead(channel) {
  return localStorage.getItem(key(channel)) ?? "0";
}

export function markRead(channel, ts) {
  if (ts > lastRead(channel)) localStorage.setItem(key(channel), ts);
  state.unread.delete(channel);
}
