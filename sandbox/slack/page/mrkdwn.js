// Slack's mrkdwn as DOM nodes (https://docs.slack.dev/messaging/formatting-message-text).
// Text reaches the page as text nodes only, so markup in a message stays what it is: characters.

import { el, safeUrl } from "./dom.js";
import { emoji } from "./emoji.js";
import { formatDate } from "./dates.js";
import { channelTitle, nameOf, state } from "./state.js";

const PRE = /```\n?([\s\S]+?)\n?```/g;
const STYLES = { "*": "strong", _: "em", "~": "s" };
const INLINE = /`([^`\n]+)`|<([^<>\n]+)>|:([a-z0-9_+'-]+):|([*_~])(?=\S)([^\n]*?\S)\4/giu;

export function unescape(text) {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export function mrkdwn(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(PRE)) {
    parts.push(...lines(trimEdge(text.slice(from, found.index))));
    parts.push(el("pre", {}, unescape(found[1])));
    from = found.index + found[0].length;
  }
  parts.push(...lines(text.slice(from).replace(from ? /^\n/ : /(?!)/, "")));
  return parts;
}

const trimEdge = (text) => text.replace(/\n$/, "");

// Lines that begin with > are quoted; >>> quotes all that follows.
function lines(text) {
  if (!text) return [];
  const all = text.split("\n");
  const nodes = [];
  for (let at = 0; at < all.length; at += 1) {
    const depth = quoteMark(all[at]);
    if (!depth) {
      if (nodes.length && nodes.at(-1).nodeName !== "BLOCKQUOTE") nodes.push(el("br"));
      nodes.push(...inline(all[at]));
      continue;
    }
    const end = depth === 3 ? all.length : endOfQuote(all, at);
    nodes.push(el("blockquote", {}, quoted(all.slice(at, end), depth)));
    at = end - 1;
  }
  return nodes;
}

function quoteMark(line) {
  if (/^(&gt;|>){3}/.test(line)) return 3;
  return /^(&gt;|>)/.test(line) ? 1 : 0;
}

function endOfQuote(all, start) {
  const after = all.findIndex((line, at) => at > start && !quoteMark(line));
  return after === -1 ? all.length : after;
}

function quoted(some, depth) {
  const mark = depth === 3 ? /^(&gt;|>){3} ?/ : /^(&gt;|>) ?/;
  return some.flatMap((line, at) => [at ? el("br") : null, ...inline(line.replace(mark, ""))]);
}

export function inline(text) {
  const nodes = [];
  let from = 0;
  INLINE.lastIndex = 0;
  for (let found = next(text, from); found; found = next(text, from)) {
    const node = inlineNode(found, text);
    const end = node ? found.index + found[0].length : found.index + 1;
    nodes.push(...plain(text.slice(from, node ? found.index : end)));
    if (node) nodes.push(node);
    from = end;
  }
  nodes.push(...plain(text.slice(from)));
  return nodes.filter((node) => node !== "");
}

// A run of block characters is a bar; drawn without the gaps that some fonts leave between the letters.
function plain(text) {
  return unescape(text).split(/([\u2580-\u2593]{2,})/).map((part, at) => (at % 2 ? el("span", { className: "bar-run" }, part) : part));
}

function next(text, from) {
  INLINE.lastIndex = from;
  return INLINE.exec(text);
}

function inlineNode(found, text) {
  const [, code, control, shortcode, mark, inner] = found;
  if (code !== undefined) return el("code", {}, unescape(code));
  if (control !== undefined) return controlNode(control, !text.slice(0, found.index).trim());
  if (shortcode !== undefined) return emoji(shortcode.toLowerCase());
  return standsAlone(found, text) ? el(STYLES[mark], {}, inline(inner)) : null;
}

// snake_case_names and 2*3*4 are not emphasis: the marks must stand at the edge of a word.
function standsAlone(found, text) {
  const before = text[found.index - 1];
  const after = text[found.index + found[0].length];
  return (!before || !/[\p{L}\p{N}]/u.test(before)) && (!after || !/[\p{L}\p{N}]/u.test(after));
}

function controlNode(control, opensLine) {
  const [target, ...rest] = control.split("|");
  const label = rest.length ? rest.join("|") : null;
  if (target.startsWith("@")) return mention(`@${label ?? nameOf(target.slice(1))}`, target.slice(1) === state.me);
  if (target.startsWith("#")) return channelLink(target.slice(1), label);
  if (target.startsWith("!")) return special(target.slice(1), label, opensLine);
  const href = /^(https?:|mailto:)/i.test(target) ? safeUrl(unescape(target)) : null;
  if (!href) return el("span", {}, unescape(`<${control}>`));
  return link(href, label ? inline(label) : unescape(target));
}

function link(href, content) {
  return el("a", { href, target: "_blank", rel: "noreferrer noopener" }, content);
}

function mention(text, isMe) {
  return el("span", { className: isMe ? "mention mention-me" : "mention" }, unescape(text));
}

function channelLink(id, label) {
  const known = state.channels.get(id);
  // Whoever is not in a conversation does not read its name either.
  if (!known && !label) return mention("private channel", false);
  const title = label ? `#${label}` : channelTitle(known);
  return el("button", { type: "button", className: "mention mention-channel", data: { goto: id } }, title);
}

function special(target, label, opensLine) {
  const [kind, ...fields] = target.split("^");
  if (kind === "date") return dateNode(fields, label ?? "", opensLine);
  if (kind === "subteam") return mention(label ?? `@${groupName(fields[0])}`, false);
  return mention(`@${label ?? kind}`, ["here", "channel", "everyone"].includes(kind));
}

function groupName(id) {
  return state.groups.get(id) ?? id;
}

function dateNode([epoch, pattern = "", address], fallback, opensLine) {
  const words = formatDate(epoch, unescape(pattern), unescape(fallback));
  const text = opensLine ? words.charAt(0).toUpperCase() + words.slice(1) : words;
  const moment = new Date(Number(epoch) * 1000);
  const known = !Number.isNaN(moment.getTime());
  const node = el("time", { datetime: known ? moment.toISOString() : null, title: known ? moment.toLocaleString() : null }, text);
  const href = address ? safeUrl(address) : null;
  return href ? link(href, node) : node;
}

// A Block Kit text object: plain_text knows emoji only, mrkdwn all of it.
export function textObject(object) {
  if (!object) return [];
  if (typeof object === "string") return [object];
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "");
  return plainText(object.text ?? "");
}

export function plainText(text) {
  return text.split(/(:[a-z0-9_+'-]+:)/i).map((part) => (/^:.+:$/.test(part) ? emoji(part.slice(1, -1).toLowerCase()) ?? part : part));
}
