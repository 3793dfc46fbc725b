// Every kind of select menu of Block Kit, single and multiple, on one combobox
// (https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element).

import { api } from "./api.js";
import { Combobox, filtered } from "./combobox.js";
import { channelTitle, people, state } from "./state.js";

const option = (value, text) => ({ value, text: { type: "plain_text", text } });

const KINDS = {
  static: { one: "selected_option", groups: (element) => givenGroups(element), keep: (each) => each },
  external: { one: "selected_option", keep: (each) => each },
  users: { one: "selected_user", groups: () => directory(people().map((user) => option(user.id, user.real_name))), keep: (each) => each.value },
  conversations: { one: "selected_conversation", groups: () => directory(conversations()), keep: (each) => each.value },
  channels: { one: "selected_channel", groups: () => directory(conversations().filter((each) => each.value.startsWith("C"))), keep: (each) => each.value },
};

const directory = (options) => [{ label: null, options }];

function conversations() {
  return [...state.channels.values()].map((channel) => option(channel.id, channelTitle(channel)));
}

function givenGroups(element) {
  if (element.option_groups) return element.option_groups.map(({ label, options }) => ({ label, options }));
  return directory(element.options ?? []);
}

// -> a node with `readValue()`; `fire(value)` is called on each change.
export function selectElement(element, { surface, place, fire }) {
  const [, many, kindName] = /^(multi_)?(\w+?)_select$/.exec(element.type);
  const kind = KINDS[kindName];
  const name = many ? `${kind.one}s` : kind.one;
  const value = (chosen) => ({ type: element.type, [name]: many ? chosen.map(kind.keep) : chosen.length ? kind.keep(chosen[0]) : null });
  const box = new Combobox({
    label: element.placeholder?.text ?? "Choose", placeholder: element.placeholder?.text, multiple: Boolean(many),
    most: element.max_selected_items, chosen: initially(element, name, kind), changed: (chosen) => fire(value(chosen), box),
    load: kindName === "external" ? (query) => asked(element, query, surface, place) : (query) => filtered(kind.groups(element), query),
  });
  box.node.readValue = () => value(box.chosen);
  box.node.control = box.input;
  return box.node;
}

function initially(element, name, kind) {
  const given = element[name.replace("selected", "initial")];
  const list = given === undefined || given === null ? [] : [given].flat();
  if (!kind.groups || typeof list[0] !== "string") return list;
  const known = kind.groups(element).flatMap((group) => group.options);
  return list.map((id) => known.find((each) => each.value === id) ?? option(id, id));
}

async function asked(element, query, surface, place) {
  const least = element.min_query_length ?? 3;
  if (query.length < least) return Object.assign([], { note: `Type ${least} or more characters` });
  const result = await api.options(surface.place(), { ...place(), action_id: element.action_id, value: query });
  if (result.ok === false) return Object.assign([], { note: result.error ?? "The app did not answer" });
  return result.option_groups ?? directory(result.options ?? []);
}
