// Blocks as nodes (https://docs.slack.dev/reference/block-kit/blocks), and the update of a list of them in
// place: a block that did not change keeps its node, and with it its picture, focus and typed values.

import { el, freshId } from "./dom.js";
import { renderElement } from "./elements.js";
import { mrkdwn, plainText, textObject } from "./mrkdwn.js";
import { imageBlock } from "./pictures.js";
import { markdownBlock, richText, tableBlock } from "./richtext.js";

const DRAW = {
  section, header, divider, context, actions, input, alert, image: imageBlock, rich_text: richText,
  markdown: (block) => markdownBlock(block.text), table: tableBlock, context_actions: actions, file: fileBlock, card,
};

function renderBlock(block, surface) {
  const draw = DRAW[block.type];
  const node = draw ? draw(block, surface) : unknownBlock(block);
  node.classList.add("block", `block-${block.type}`);
  return node;
}

function unknownBlock(block) {
  return el("p", { className: "unknown" }, `(a block of type ${block.type}, which this sandbox does not draw)`);
}

const signature = (block) => JSON.stringify({ ...block, block_id: undefined });

// Draws `blocks` into `container`. Values that a person has entered survive where block and action ids stay.
export function syncBlocks(container, blocks, surface) {
  const old = [...container.children];
  const kept = enteredValues(container);
  const focus = focusedControl(container);
  const same = matched(old, blocks);
  const stale = new Set(old.filter((node) => !same.includes(node)));
  const nodes = blocks.map((block, at) => {
    const node = same[at] ?? renderBlock(withEntered(block, kept), surface);
    node.mark = signature(block);
    if (block.block_id) node.dataset.blockId = block.block_id;
    if (!same[at] && stale.has(old[at])) imageKeepsItsPlace(old[at], node);
    return node;
  });
  stale.forEach((node) => node.remove());
  nodes.forEach((node, at) => container.children[at] !== node && container.insertBefore(node, container.children[at] ?? null));
  restoreFocus(container, focus);
}

// -> for each block the node that shows it already, though it may have stood elsewhere, or undefined
function matched(old, blocks) {
  const free = [...old];
  return blocks.map((block) => {
    const mark = signature(block);
    const at = free.findIndex((node) => node.mark === mark && !isRenewed(node, block));
    return at === -1 ? undefined : free.splice(at, 1)[0];
  });
}

// An input with a new block id is a new one, though it looks the same: what was typed into the old one is gone.
function isRenewed(before, block) {
  return block.type === "input" && before.dataset.blockId !== block.block_id;
}

function imageKeepsItsPlace(before, node) {
  if (before && node.continues) node.continues(before);
}

// -> {block_id: {action_id: {type, value | selected_option | …}}}
export function enteredValues(container) {
  const values = {};
  for (const node of container.querySelectorAll("[data-control]")) {
    if (!node.readValue) continue;
    const block = node.closest("[data-block-id]")?.dataset.blockId;
    if (block) (values[block] ??= {})[node.dataset.actionId] = node.readValue();
  }
  return values;
}

// -> {block_id: why its value cannot be sent yet}
export function unsettled(container) {
  const controls = [...container.querySelectorAll("[data-control]")].map((node) => [node, node.trouble?.()]).filter(([, trouble]) => trouble);
  return Object.fromEntries(controls.map(([node, trouble]) => [node.closest("[data-block-id]").dataset.blockId, trouble]));
}

function withEntered(block, kept) {
  const values = kept[block.block_id];
  if (!values) return block;
  const fill = (element) => filledIn(element, values[element?.action_id]);
  if (block.element) return { ...block, element: fill(block.element) };
  if (block.accessory) return { ...block, accessory: fill(block.accessory) };
  return block.elements ? { ...block, elements: block.elements.map(fill) } : block;
}

function filledIn(element, value) {
  if (!value || value.type !== element.type) return element;
  const initial = {};
  for (const [name, entered] of Object.entries(value)) {
    if (name === "value" || name === "rich_text_value") initial.initial_value = entered ?? undefined;
    if (name === "files") initial.chosen = entered;
    if (name.startsWith("selected_")) initial[name.replace("selected_", "initial_")] = entered ?? undefined;
  }
  return { ...element, ...initial };
}

function focusedControl(container) {
  const active = document.activeElement;
  const node = container.contains(active) ? active.closest("[data-action-id]") : null;
  return node && { actionId: node.dataset.actionId, blockId: node.closest("[data-block-id]")?.dataset.blockId };
}

function restoreFocus(container, focus) {
  if (!focus || container.contains(document.activeElement)) return;
  const inBlock = `[data-block-id="${CSS.escape(focus.blockId ?? "")}"] [data-action-id]`;
  const alike = `[data-action-id="${CSS.escape(focus.actionId)}"]`;
  const node = container.querySelector(inBlock) ?? container.querySelector(alike) ?? container.querySelector("[data-action-id]");
  (node?.control ?? node)?.focus({ preventScroll: true });
}

function section(block, surface) {
  const fields = block.fields?.length ? el("div", { className: "fields" }, block.fields.map((field) => el("div", {}, textObject(field)))) : null;
  const text = block.text ? el("div", { className: "section-text" }, textObject(block.text)) : null;
  const accessory = block.accessory ? el("div", { className: "accessory" }, renderElement(block.accessory, surface)) : null;
  return el("div", { className: accessory ? "with-accessory" : "" }, el("div", { className: "section-main" }, text, fields), accessory);
}

function header(block) {
  return el("h3", {}, textObject(block.text));
}

function divider() {
  return el("hr");
}

function context(block, surface) {
  return el("div", {}, block.elements.map((element) => (
    element.type === "image" ? renderElement(element, surface) : el("span", {}, textObject(element)))));
}

function actions(block, surface) {
  return el("div", {}, block.elements.map((element) => renderElement(element, surface)));
}

function alert(block) {
  return el("div", { role: "note", className: `level-${block.level ?? "default"}` }, textObject(block.text));
}

function fileBlock(block) {
  return el("p", {}, block.external_id ?? "file");
}

function card(block, surface) {
  return el("div", {}, block.title ? el("strong", {}, textObject(block.title)) : null,
    block.subtitle ? el("p", { className: "quiet" }, textObject(block.subtitle)) : null,
    block.body ? el("p", {}, textObject(block.body)) : null,
    block.actions ? el("div", { className: "block-actions" }, block.actions.map((each) => renderElement(each, surface))) : null);
}

function input(block, surface) {
  const control = renderElement(block.element, surface, Boolean(block.dispatch_action));
  const target = control.control ?? control;
  const isGroup = target.classList.contains("choices");
  target.id ||= freshId("field");
  const error = el("p", { className: "field-error", id: freshId("error"), hidden: true });
  const hint = block.hint ? el("p", { className: "hint", id: freshId("hint") }, textObject(block.hint)) : null;
  const name = [...plainText(block.label.text), block.optional ? el("span", { className: "quiet" }, " (optional)") : null];
  const label = el(isGroup ? "span" : "label", { className: "label", id: freshId("label"), for: isGroup ? null : target.id }, name);
  target.removeAttribute("aria-label");
  target.setAttribute("aria-labelledby", label.id);
  target.setAttribute("aria-describedby", [hint?.id, error.id].filter(Boolean).join(" "));
  return el("div", {}, label, control, error, hint);
}

export function showFieldErrors(container, errors) {
  for (const node of container.querySelectorAll(".block-input")) {
    const text = errors[node.dataset.blockId];
    const place = node.querySelector(".field-error");
    const control = node.querySelector(`[aria-describedby~="${place.id}"]`);
    place.hidden = !text;
    place.replaceChildren(...(text ? mrkdwn(text) : []));
    control.setAttribute("aria-invalid", String(Boolean(text)));
  }
  const first = container.querySelector('[aria-invalid="true"]');
  (first?.matches(".choices") ? first.querySelector("input") : first)?.focus();
}
