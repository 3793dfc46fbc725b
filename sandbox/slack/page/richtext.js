// Rich text, standard markdown and tables, drawn simply
// (https://docs.slack.dev/reference/block-kit/blocks/rich-text-block).

import { el, safeUrl } from "./dom.js";
import { emoji } from "./emoji.js";
import { formatDate } from "./dates.js";
import { nameOf, state } from "./state.js";

const DRAW = {
  rich_text_section: (part) => el("p", {}, runs(part)),
  rich_text_quote: (part) => el("blockquote", {}, runs(part)),
  rich_text_preformatted: (part) => el("pre", {}, runs(part)),
  rich_text_list: (part) => el(part.style === "ordered" ? "ol" : "ul", { className: `indent-${part.indent ?? 0}` },
    part.elements.map((item) => el("li", {}, runs(item)))),
};

export function richText(block) {
  return el("div", {}, richTextParts(block));
}

function richTextParts(block) {
  return (block.elements ?? []).map((part) => DRAW[part.type]?.(part) ?? null);
}

function runs(part) {
  return (part.elements ?? []).map((run) => styled(runNode(run), run.style ?? {}));
}

function runNode(run) {
  switch (run.type) {
    case "text": return run.text;
    case "emoji": return emoji(run.name) ?? `:${run.name}:`;
    case "user": return el("span", { className: run.user_id === state.me ? "mention mention-me" : "mention" }, `@${nameOf(run.user_id)}`);
    case "channel": return el("span", { className: "mention" }, `#${state.channels.get(run.channel_id)?.name ?? run.channel_id}`);
    case "usergroup": return el("span", { className: "mention" }, `@${state.groups.get(run.usergroup_id) ?? run.usergroup_id}`);
    case "broadcast": return el("span", { className: "mention mention-me" }, `@${run.range}`);
    case "link": return anchor(run.url, run.text ?? run.url);
    case "date": return el("time", {}, formatDate(run.timestamp, run.format, run.fallback ?? ""));
    default: return run.text ?? "";
  }
}

function anchor(address, content) {
  const href = safeUrl(address);
  return href ? el("a", { href, target: "_blank", rel: "noreferrer noopener" }, content) : el("span", {}, content);
}

function styled(node, style) {
  let inside = node;
  for (const [name, tag] of [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"]]) {
    if (style[name]) inside = el(tag, {}, inside);
  }
  return inside;
}

export function tableBlock(block) {
  const settings = block.column_settings ?? [];
  const [head, ...rest] = block.rows ?? [];
  const row = (cells, tag) => el("tr", {}, cells.map((cell, at) => (
    el(tag, { className: `align-${settings[at]?.align ?? "left"}`, scope: tag === "th" ? "col" : null }, cellContent(cell)))));
  return el("div", { className: "table-scroll", tabIndex: 0, role: "region", "aria-label": "Table" },
    el("table", {}, el("thead", {}, head ? row(head, "th") : null), el("tbody", {}, rest.map((cells) => row(cells, "td")))));
}

function cellContent(cell) {
  return cell.type === "rich_text" ? (cell.elements ?? []).flatMap(runs) : String(cell.text ?? cell.value ?? "");
}

// Headings, lists, quotes, code and emphasis; the rest of markdown is shown as it was written.
export function markdownBlock(text) {
  const pieces = text.split(/```\w*\n?([\s\S]*?)```/);
  return el("div", {}, pieces.flatMap((piece, at) => (
    at % 2 ? el("pre", {}, piece) : piece.split(/\n{2,}|(?<=^#[^\n]*)\n|\n(?=#{1,6} )/m).filter((each) => each.trim()).map(paragraph))));
}

function paragraph(text) {
  const heading = /^(#{1,6})\s+(.*)$/.exec(text.trim());
  if (heading) return el(`h${Math.min(6, heading[1].length + 2)}`, {}, spans(heading[2]));
  const all = text.trim().split("\n");
  if (all.every((line) => /^\s*[-*+]\s/.test(line))) return el("ul", {}, all.map((line) => el("li", {}, spans(line.replace(/^\s*[-*+]\s/, "")))));
  if (all.every((line) => /^\s*\d+\.\s/.test(line))) return el("ol", {}, all.map((line) => el("li", {}, spans(line.replace(/^\s*\d+\.\s/, "")))));
  if (all.every((line) => line.startsWith(">"))) return el("blockquote", {}, all.map((line) => spans(line.replace(/^>\s?/, ""))));
  return el("p", {}, all.flatMap((line, at) => [at ? el("br") : null, spans(line)]));
}

const SPAN = /`([^`]+)`|\[([^\]]+)\]\(([^)\s]+)\)|\*\*([^*]+)\*\*|~~([^~]+)~~|(?<!\w)[*_]([^*_]+)[*_](?!\w)/g;

function spans(text) {
  const nodes = [];
  let from = 0;
  for (const found of text.matchAll(SPAN)) {
    nodes.push(text.slice(from, found.index), span(found));
    from = found.index + found[0].length;
  }
  return [...nodes, text.slice(from)];
}

function span([, code, label, address, bold, strike, italic]) {
  if (code !== undefined) return el("code", {}, code);
  if (label !== undefined) return anchor(address, label);
  if (bold !== undefined) return el("strong", {}, bold);
  return strike === undefined ? el("em", {}, italic) : el("s", {}, strike);
}
