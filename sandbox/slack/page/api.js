// The page API of the local Slack: every request the page makes.

import { state } from "./state.js";

async function answer(response) {
  const type = response.headers.get("content-type") ?? "";
  if (type.includes("json")) return response.json();
  return { ok: response.ok, error: `the local Slack answered ${response.status}` };
}

async function get(route, parameters) {
  return send(`${route}?${new URLSearchParams(parameters)}`, {});
}

async function post(route, body) {
  if (body instanceof FormData) return send(route, { method: "POST", body });
  return send(route, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
}

async function send(route, init) {
  try {
    return await answer(await fetch(`/page/${route}`, init));
  } catch {
    return { ok: false, error: "The local Slack does not answer. Is it still running?" };
  }
}

export const api = {
  workspace: (user) => get("workspace", { user }),
  messages: (channel, thread_ts) => get("messages", { user: state.me, channel, ...(thread_ts ? { thread_ts } : {}) }),
  view: () => get("views", { user: state.me }),
  homeView: () => get("home", { user: state.me }),
  openHome: () => post("home", { user: state.me }),
  say: (channel, text, thread_ts) => post("say", { user: state.me, channel, text, ...(thread_ts ? { thread_ts } : {}) }),
  act: (place, action) => post("action", { user: state.me, ...place, action }),
  options: (place, request) => post("options", { user: state.me, ...place, ...request }),
  submitView: (view_id, values) => post("view_submit", { user: state.me, view_id, values }),
  closeView: (view_id) => post("view_close", { user: state.me, view_id }),
  shortcut: (callback_id, channel, message_ts) => post("shortcut", { user: state.me, callback_id, channel, message_ts }),
  edit: (channel, message_ts, text) => post("edit", { user: state.me, channel, message_ts, text }),
  deleteMessage: (channel, message_ts) => post("delete", { user: state.me, channel, message_ts }),
  deleteFile: (file) => post("delete_file", { user: state.me, file }),
  invite: (channel) => post("invite", { user: state.me, channel }),
  upload,
  give,
};

function upload({ channel, thread_ts, text, files = [], samples = [] }) {
  const form = new FormData();
  form.append("user", state.me);
  form.append("channel", channel);
  if (thread_ts) form.append("thread_ts", thread_ts);
  if (text) form.append("text", text);
  for (const sample of samples) form.append("sample", sample);
  for (const file of files) form.append("file", file, file.name);
  return post("upload", form);
}

// Uploads a file, or a sample by its name, into a modal's file input. -> {answer, cancel}
// XMLHttpRequest, since fetch does not tell how much was sent.
function give(place, file, progress) {
  const request = new XMLHttpRequest();
  const isSample = !(file instanceof Blob);
  const answer = new Promise((resolve) => {
    const gone = () => resolve({ ok: false, error: "The local Slack does not answer. Is it still running?" });
    request.upload.addEventListener("progress", (event) => event.lengthComputable && progress(event.loaded / event.total));
    request.addEventListener("load", () => resolve(request.response ?? { ok: false, error: `the local Slack answered ${request.status}` }));
    request.addEventListener("error", gone);
    request.addEventListener("abort", gone);
  });
  request.open("POST", `/page/give?${new URLSearchParams({ user: state.me, ...place, [isSample ? "sample" : "name"]: file.name })}`);
  request.responseType = "json";
  request.send(isSample ? null : file);
  return { answer, cancel: () => request.abort() };
}

// With a side, the file's thumbnail of that side, where it has one.
// A workspace that starts anew counts its files from one again, and the browser still has those of the one before.
export function fileUrl(file, side = null) {
  const query = new URLSearchParams({ user: state.me, opened: state.opened, ...(side ? { side } : {}) });
  return `/page/files/${encodeURIComponent(file.id)}/${encodeURIComponent(file.name ?? "file")}?${query}`;
}

export function imageUrl(block, side = null) {
  const id = block.slack_file?.id ?? /\/(?:files|permalink)\/(F[A-Z0-9]+)\//.exec(block.slack_file?.url ?? "")?.[1];
  return id ? fileUrl({ id, name: "image" }, side) : block.image_url ?? "";
}
