// Builds DOM nodes. Data reaches the page only as text nodes and attributes, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(...flat(children));
  return node;
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name === "on") {
    for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
  } else if (name === "data") {
    Object.assign(node.dataset, value);
  } else if (name in node && typeof value !== "string") {
    node[name] = value;
  } else {
    node.setAttribute(name === "className" ? "class" : name, value === true ? "" : value);
  }
}

function flat(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}

export function svg(viewBox, shapes, className = "icon") {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", viewBox);
  node.setAttribute("class", className);
  node.setAttribute("aria-hidden", "true");
  for (const [tag, attributes] of shapes) {
    const shape = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
    node.append(shape);
  }
  return node;
}

// Only web addresses become links: javascript: and the like stay text.
export function safeUrl(address) {
  try {
    const url = new URL(address, location.href);
    return ["http:", "https:", "mailto:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

let serial = 0;

export function freshId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}

// Puts a popup of the top layer beside its anchor: below where there is room, else above.
export function placeBeside(popup, anchor, { align = "start", width = null } = {}) {
  const box = anchor.getBoundingClientRect();
  const margin = 8;
  if (width) popup.style.minWidth = `${Math.round(width)}px`;
  const size = popup.getBoundingClientRect();
  const wanted = align === "end" ? box.right - size.width : box.left;
  const left = Math.max(margin, Math.min(wanted, innerWidth - size.width - margin));
  const below = box.bottom + 4;
  const fits = below + size.height <= innerHeight - margin;
  popup.style.left = `${Math.round(left)}px`;
  popup.style.top = `${Math.round(fits ? below : Math.max(margin, box.top - size.height - 4))}px`;
}
