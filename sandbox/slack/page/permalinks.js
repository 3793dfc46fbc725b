// Links to messages: https://WORKSPACE.slack.com/archives/CHANNEL/pTIME, and what the page does with one.

import { state } from "./state.js";

const PATH = /^\/archives\/([A-Z0-9]+)(?:\/p(\d+)(\d{6}))?$/;

const host = () => `${state.team?.domain}.slack.com`;

export function permalinkOf(channel, message) {
  const link = `https://${host()}/archives/${channel}/p${message.ts.replace(".", "")}`;
  const isReply = message.thread_ts && message.thread_ts !== message.ts;
  return isReply ? `${link}?thread_ts=${message.thread_ts}&cid=${channel}` : link;
}

// -> {channel, ts, thread_ts} where the address is one of this workspace's, else null
export function placeOf(address) {
  const url = new URL(address, location.href);
  const found = [host(), location.host].includes(url.host) ? PATH.exec(url.pathname) : null;
  if (!found) return null;
  const [, channel, seconds, fraction] = found;
  return { channel, ts: seconds ? `${seconds}.${fraction}` : null, thread_ts: url.searchParams.get("thread_ts") };
}
