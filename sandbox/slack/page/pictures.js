// Pictures in messages. Their room is kept free before they load, and a picture that replaces another one
// is shown only once it is decoded: cards are edited every second and must not jump.

import { el, safeUrl } from "./dom.js";
import { fileUrl, imageUrl } from "./api.js";
import { icon } from "./icons.js";
import { showPicture } from "./confirm.js";
import { textObject, unescape } from "./mrkdwn.js";
import { sizeOf } from "./uploads.js";

const shapes = new Map();
const USUAL_SHAPE = 16 / 9;

export function imageBlock(block) {
  const address = safeUrl(imageUrl(block)) ?? "";
  const alt = unescape(block.alt_text ?? "");
  const frame = pictureFrame(address, alt, { shape: shapes.get(address) ?? USUAL_SHAPE, title: block.title?.text ?? alt });
  const title = block.title ? el("figcaption", {}, textObject(block.title)) : null;
  const node = el("figure", {}, title, frame);
  node.continues = (before) => continuePicture(frame, before.querySelector(".frame"));
  return node;
}

function pictureFrame(address, alt, { shape, title, width = null, fails = failed }) {
  const picture = el("img", { src: address, alt, decoding: "async", draggable: "false" });
  const frame = el("button", { type: "button", className: "frame", "aria-label": `${alt || "Picture"}: open in full size` }, picture);
  frame.style.aspectRatio = String(shape);
  if (width) frame.style.width = `${width}px`;
  frame.addEventListener("click", () => showPicture(address, title));
  picture.addEventListener("load", () => loaded(frame, picture, address));
  picture.addEventListener("error", () => fails(frame, alt));
  return frame;
}

function loaded(frame, picture, address) {
  const shape = picture.naturalWidth / picture.naturalHeight;
  shapes.set(address, shape);
  frame.style.aspectRatio = String(shape);
  frame.classList.add("loaded");
}

function failed(frame, alt) {
  frame.classList.add("broken");
  frame.replaceChildren(el("span", {}, alt || "This picture cannot be shown"));
}

// The new frame borrows the old picture and its shape until its own is ready.
function continuePicture(frame, before) {
  const old = before?.querySelector("img");
  const picture = frame.querySelector("img");
  if (!old || !picture || !old.naturalWidth) return;
  frame.style.aspectRatio = before.style.aspectRatio;
  const stand = el("img", { src: old.src, alt: "", className: "stand-in" });
  frame.append(stand);
  picture.decode().catch(() => null).finally(() => stand.remove());
}

const GONE = { tombstone: "This file was deleted.", hidden_by_limit: "This file is hidden: the plan's limit is reached." };
const LARGEST = { width: 320, height: 220 };

export function fileAttachment(file) {
  if (GONE[file.mode]) return el("p", { className: "file-gone" }, icon("file"), GONE[file.mode]);
  if (file.mode === "external") return externalCard(file);
  const isPicture = (file.mimetype ?? "").startsWith("image/") && !/hei[cf]|tiff/.test(file.mimetype);
  return isPicture ? uploadedPicture(file) : fileCard(file);
}

function uploadedPicture(file) {
  const [w, h] = [file.original_w || 240, file.original_h || 240];
  const scale = Math.min(1, LARGEST.width / w, LARGEST.height / h);
  const width = Math.max(96, Math.round(w * scale));
  const alt = file.alt_txt || file.title || file.name;
  // What only calls itself a picture is a file like any other.
  const fails = () => figure.replaceWith(fileCard(file));
  const figure = el("figure", { className: "upload" },
    el("figcaption", {}, file.title || file.name),
    pictureFrame(fileUrl(file), alt, { shape: w / h, title: file.name, width, fails }));
  return figure;
}

function externalCard(file) {
  const href = safeUrl(file.external_url) ?? "";
  return el("a", { className: "file-card", href, target: "_blank", rel: "noreferrer noopener" },
    el("span", { className: "file-mark" }, icon("file")),
    el("span", { className: "file-words" }, el("span", { className: "file-name" }, file.title), el("span", { className: "quiet" }, `Lies elsewhere (${file.external_type})`)));
}

// What is no picture is a card that downloads it.
function fileCard(file) {
  const name = file.title || file.name || file.id;
  const about = [file.pretty_type || file.filetype?.toUpperCase(), sizeOf(file.size ?? 0)].filter(Boolean).join(" · ");
  return el("a", { className: "file-card", href: fileUrl(file), download: file.name ?? "", "aria-label": `Download ${name} (${about})` },
    el("span", { className: "file-mark" }, icon("file")),
    el("span", { className: "file-words" }, el("span", { className: "file-name" }, name), el("span", { className: "quiet" }, about)),
    icon("download"));
}
