// The interactive elements of Block Kit (https://docs.slack.dev/reference/block-kit/block-elements).
// Each is a node; one that holds a value has `readValue()`. What an element sends goes through `surface.act`.

import { imageUrl } from "./api.js";
import { el, freshId, safeUrl } from "./dom.js";
import { fileInput } from "./file_input.js";
import { icon } from "./icons.js";
import { confirmed } from "./confirm.js";
import { openMenu } from "./menu.js";
import { textObject, unescape } from "./mrkdwn.js";
import { selectElement } from "./selects.js";

const DRAW = {
  button, overflow, radio_buttons: radioButtons, checkboxes, image: smallImage, workflow_button: button,
  plain_text_input: textInput, email_text_input: textInput, url_text_input: textInput, number_input: textInput,
  rich_text_input: textInput, datepicker: dateInput, timepicker: dateInput, datetimepicker: dateInput, file_input: fileInput,
  feedback_buttons: feedback, icon_button: button,
};

// `sends`: whether a change is told to the app at once (always outside of input blocks).
export function renderElement(element, surface, sends = true) {
  const draw = element.type.endsWith("_select") ? select : DRAW[element.type];
  if (!draw) return el("em", { className: "unknown" }, `(${element.type} is not drawn in this sandbox)`);
  const node = draw(element, { surface, sends });
  if (element.action_id) {
    node.dataset.actionId = element.action_id;
    node.dataset.control = element.type;
  }
  return node;
}

const blockIdOf = (node) => node.closest("[data-block-id]")?.dataset.blockId;

// The place of the click is read before the person is asked: the card may be redrawn meanwhile.
async function fire(node, element, value, { surface }) {
  const action = { block_id: blockIdOf(node), action_id: element.action_id, ...value };
  if (element.confirm && !(await confirmed(element.confirm))) return;
  await surface.act(action, node);
}

function button(element, context) {
  const href = element.url ? safeUrl(element.url) : null;
  const node = el("button", {
    type: "button", className: `button ${element.style ?? ""}`, "aria-label": element.accessibility_label,
    on: { click: () => pressed() },
  }, textObject(element.text));
  async function pressed() {
    if (href) window.open(href, "_blank", "noopener");
    node.classList.add("pressed");
    await fire(node, element, { type: element.type, text: element.text, value: element.value, style: element.style }, context);
    node.classList.remove("pressed");
  }
  return node;
}

function feedback(element, context) {
  const buttons = [element.positive_button, element.negative_button].filter(Boolean).map((each) => {
    const node = el("button", { type: "button", className: "button", on: {
      click: () => fire(node, element, { type: element.type, value: each.value, text: each.text }, context),
    } }, textObject(each.text));
    return node;
  });
  return el("span", { className: "feedback" }, buttons);
}

function overflow(element, context) {
  const node = el("button", { type: "button", className: "icon-button overflow", "aria-label": "More actions", "aria-haspopup": "menu" }, icon("more"));
  node.addEventListener("click", () => openMenu(node, element.options.map((each) => ({
    label: textObject(each.text),
    choose: () => fire(node, element, { type: "overflow", selected_option: each }, context),
  }))));
  return node;
}

function select(element, context) {
  const node = selectElement(element, {
    surface: context.surface,
    place: () => ({ block_id: blockIdOf(node) }),
    fire: (value) => context.sends && fire(node, element, value, context),
  });
  return node;
}

function choices(element, kind, initial) {
  const name = freshId("choice");
  return element.options.map((each) => {
    const input = el("input", { type: kind, name, checked: initial.some((one) => one.value === each.value) });
    input.option = each;
    const note = each.description ? el("span", { className: "choice-note" }, textObject(each.description)) : null;
    return el("label", { className: "choice" }, input, el("span", {}, textObject(each.text), note));
  });
}

function radioButtons(element, context) {
  const initial = [element.initial_option].filter(Boolean);
  const node = el("div", { className: "choices", role: "radiogroup" }, choices(element, "radio", initial));
  node.readValue = () => ({ type: element.type, selected_option: node.querySelector(":checked")?.option ?? null });
  return firesOnChange(node, element, context);
}

function checkboxes(element, context) {
  const node = el("div", { className: "choices", role: "group" }, choices(element, "checkbox", element.initial_options ?? []));
  node.readValue = () => ({ type: element.type, selected_options: [...node.querySelectorAll(":checked")].map((box) => box.option) });
  return firesOnChange(node, element, context);
}

function firesOnChange(node, element, context) {
  if (context.sends) node.addEventListener("change", () => fire(node, element, node.readValue(), context));
  return node;
}

const INPUT_TYPES = { email_text_input: "email", url_text_input: "url", number_input: "text" };

function textInput(element, context) {
  const long = element.multiline || element.type === "rich_text_input";
  const node = el(long ? "textarea" : "input", {
    type: long ? null : INPUT_TYPES[element.type] ?? "text", className: "field", placeholder: element.placeholder?.text ?? "",
    maxlength: element.max_length ? String(element.max_length) : null, minlength: element.min_length ? String(element.min_length) : null,
    inputmode: element.type === "number_input" ? "decimal" : null, rows: long ? "4" : null, autocomplete: "off",
    autofocus: Boolean(element.focus_on_load),
  });
  node.value = element.type === "rich_text_input" ? plainOf(element.initial_value) : element.initial_value ?? "";
  node.readValue = () => ({ type: element.type, ...valueOf(node, element) });
  const triggers = element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"];
  if (context.sends) sendsWhileTyping(node, triggers, () => fire(node, element, node.readValue(), context));
  return node;
}

function valueOf(node, element) {
  if (element.type !== "rich_text_input") return { value: node.value === "" ? null : node.value };
  const section = { type: "rich_text_section", elements: [{ type: "text", text: node.value }] };
  return { rich_text_value: node.value ? { type: "rich_text", elements: [section] } : null };
}

function plainOf(richText) {
  return (richText?.elements ?? []).flatMap((part) => part.elements ?? []).map((part) => part.text ?? "").join("");
}

function sendsWhileTyping(node, triggers, send) {
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !triggers.includes("on_enter_pressed") || (node.tagName === "TEXTAREA" && event.shiftKey)) return;
    event.preventDefault();
    send();
  });
  if (triggers.includes("on_character_entered")) node.addEventListener("input", send);
}

const DATES = {
  datepicker: ["date", "selected_date", "initial_date"],
  timepicker: ["time", "selected_time", "initial_time"],
  datetimepicker: ["datetime-local", "selected_date_time", "initial_date_time"],
};

function dateInput(element, context) {
  const [type, name, initial] = DATES[element.type];
  const node = el("input", { type, className: "field date", "aria-label": element.placeholder?.text ?? type });
  const epoch = element.type === "datetimepicker";
  node.value = epoch ? localMoment(element[initial]) : element[initial] ?? "";
  node.readValue = () => ({ type: element.type, [name]: node.value ? (epoch ? Date.parse(node.value) / 1000 : node.value) : null });
  return firesOnChange(node, element, context);
}

function localMoment(epoch) {
  if (!epoch) return "";
  const date = new Date(epoch * 1000);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

// Drawn 80 pixels wide at most, on screens of twice as many.
const SMALL_SIDE = 160;

function smallImage(element) {
  return el("img", { className: "small-image", src: safeUrl(imageUrl(element, SMALL_SIDE)) ?? "", decoding: "async", alt: unescape(element.alt_text ?? "") });
}
