// The line icons of the page's own controls.

import { svg } from "./dom.js";

const PATHS = {
  menu: ["M4 6h16", "M4 12h16", "M4 18h16"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  send: ["M4 12l16-7-6 15-3-6z", "M11 14l4-4"],
  attach: ["M12 5v14", "M5 12h14"],
  samples: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4", "M15.500 9.300h.01"],
  reply: ["M5 5h14v11h-7l-4 4v-4H5z"],
  more: ["M5 12h.01", "M12 12h.01", "M19 12h.01"],
  hash: ["M9 4L7 20", "M17 4l-2 16", "M4 9h16", "M4 15h16"],
  lock: ["M6 11h12v9H6z", "M9 11V8a3 3 0 0 1 6 0v3"],
  people: ["M9 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6z", "M3 20a6 6 0 0 1 12 0", "M15.500 5.500a3 3 0 0 1 0 5.500", "M17.500 14.500a6 6 0 0 1 3.500 5.500"],
  home: ["M4 11l8-7 8 7", "M6 10v10h12V10"],
  eye: ["M2.500 12S6 6 12 6s9.500 6 9.500 6-3.500 6-9.500 6-9.500-6-9.500-6z", "M12 10.500a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3z"],
  down: ["M12 5v14", "M6 13l6 6 6-6"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  warning: ["M12 4l9 16H3z", "M12 10v4", "M12 17h.01"],
  download: ["M12 4v11", "M7 11l5 5 5-5", "M5 20h14"],
  caret: ["M7 10l5 5 5-5"],
  bolt: ["M13 3L5 14h6l-1 7 8-11h-6z"],
};

export function icon(name) {
  return svg("0 0 24 24", PATHS[name].map((d) => ["path", { d }]), "icon");
}
