// Emoji by their short codes. The signs that cards lean on are drawn here, so that they look the same
// on a machine without an emoji font; the rest are left to the reader's system.

import { el, svg } from "./dom.js";

const BLUE = "#3b82d6", GREEN = "#2e9e5b", RED = "#d64535", AMBER = "#e8a13a", GREY = "#7b7577", WHITE = "#ffffff";

const disc = (fill) => [["circle", { cx: 10, cy: 10, r: 8, fill }]];
const tile = (fill) => ["rect", { x: 2, y: 2, width: 16, height: 16, rx: 4, fill }];
const line = (d, stroke, width = 2.2) => [
  "path", { d, fill: "none", stroke, "stroke-width": width, "stroke-linecap": "round", "stroke-linejoin": "round" },
];

const HOURGLASS = [
  ["path", { d: "M5 2.500h10M5 17.500h10", stroke: GREY, "stroke-width": 2, "stroke-linecap": "round" }],
  ["path", { d: "M6 3v3.500L9.300 10 6 13.500V17h8v-3.500L10.700 10 14 6.500V3z", fill: AMBER }],
];
const BELL = [
  ["path", { d: "M10 2a5.500 5.500 0 0 0-5.500 5.500c0 4-1.500 5-2 6h15c-.5-1-2-2-2-6A5.500 5.500 0 0 0 10 2z", fill: AMBER }],
  ["path", { d: "M8 15a2 2 0 0 0 4 0z", fill: AMBER }],
];
const WARNING = [
  ["path", { d: "M10 2.200 18.500 17.300h-17z", fill: AMBER, stroke: AMBER, "stroke-width": 1.5, "stroke-linejoin": "round" }],
  line("M10 7.500v4.500", "#3d2a07", 1.8), ["circle", { cx: 10, cy: 14.8, r: 1.1, fill: "#3d2a07" }],
];
const CAMERA = [
  ["path", { d: "M2 6.500h4l1.500-2.500h5L14 6.500h4v10H2z", fill: GREY }],
  ["circle", { cx: 10, cy: 11, r: 3.2, fill: WHITE }], ["circle", { cx: 10, cy: 11, r: 1.8, fill: BLUE }],
];
const EYES = [6, 14].flatMap((cx) => [
  ["ellipse", { cx, cy: 10, rx: 3.6, ry: 5.6, fill: WHITE, stroke: GREY, "stroke-width": 1 }],
  ["circle", { cx: cx - 0.8, cy: 11, r: 2, fill: "#33302f" }],
]);
const CHART = [
  ["rect", { x: 2, y: 2, width: 16, height: 16, rx: 3, fill: "#e9eef5" }], line("M5 14l3.500-4 3 2L15 6", RED, 1.8),
];
const PACKAGE = [
  ["path", { d: "M3 6l7-3.500L17 6v8l-7 3.500L3 14z", fill: "#b98a58" }], line("M3 6l7 3.500L17 6M10 9.500v8", "#7d5a34", 1.2),
];
const TURN = [tile(BLUE), line("M6 9a4.200 4.200 0 0 1 7.500-1.500M14 11a4.200 4.200 0 0 1-7.500 1.500M13.600 5v2.700h-2.700M6.400 15v-2.700h2.700", WHITE, 1.5)];

const DRAWN = {
  hourglass_flowing_sand: HOURGLASS, hourglass: HOURGLASS,
  large_blue_circle: disc(BLUE), blue_circle: disc(BLUE), large_green_circle: disc(GREEN), green_circle: disc(GREEN),
  red_circle: disc(RED), large_red_circle: disc(RED), large_yellow_circle: disc(AMBER), yellow_circle: disc(AMBER),
  large_orange_circle: disc(AMBER), white_circle: [["circle", { cx: 10, cy: 10, r: 7.2, fill: "none", stroke: GREY, "stroke-width": 1.6 }]],
  black_circle: disc("#3c3839"),
  white_check_mark: [tile(GREEN), line("M6 10.300l2.800 2.800L14 7.300", WHITE)],
  heavy_check_mark: [line("M3.500 10.500l4.200 4.200L16.500 5.500", GREEN, 2.8)],
  x: [line("M4.500 4.500l11 11M15.500 4.500l-11 11", RED, 3)],
  black_square_for_stop: [tile("#4f4a4b"), ["rect", { x: 6.5, y: 6.5, width: 7, height: 7, rx: 1, fill: WHITE }]],
  octagonal_sign: [["path", { d: "M6.500 2h7L18 6.500v7L13.500 18h-7L2 13.500v-7z", fill: RED }]],
  no_entry: [["circle", { cx: 10, cy: 10, r: 8, fill: RED }], line("M6 10h8", WHITE, 2.6)],
  information_source: [tile(BLUE), line("M10 9.500v4.500", WHITE), ["circle", { cx: 10, cy: 6.2, r: 1.3, fill: WHITE }]],
  bell: BELL, warning: WARNING, camera: CAMERA, camera_with_flash: CAMERA, frame_with_picture: CHART, eyes: EYES,
  chart_with_upwards_trend: CHART, bar_chart: CHART, package: PACKAGE, arrows_counterclockwise: TURN,
};

const CHARACTERS = {
  "+1": "👍", thumbsup: "👍", "-1": "👎", thumbsdown: "👎", tada: "🎉", rocket: "🚀", wave: "👋", moneybag: "💰",
  zzz: "💤", bulb: "💡", mag: "🔍", lock: "🔒", star: "⭐", trophy: "🏆", fire: "🔥", sparkles: "✨", clock1: "🕐",
  alarm_clock: "⏰", calendar: "📅", snowflake: "❄️", thinking_face: "🤔", smile: "😄", slightly_smiling_face: "🙂",
  heart: "❤️", pray: "🙏", robot_face: "🤖", wastebasket: "🗑️", pushpin: "📌", link: "🔗", memo: "📝", cat: "🐱",
  dog: "🐶", speech_balloon: "💬", point_right: "👉", arrow_right: "➡️", arrow_up: "⬆️", arrow_down: "⬇️", gear: "⚙️",
  wrench: "🔧", label: "🏷️", books: "📚", file_folder: "📁", stopwatch: "⏱️", zap: "⚡", seedling: "🌱",
};

export function emoji(code) {
  const label = `:${code}:`;
  if (Object.hasOwn(DRAWN, code)) {
    return el("span", { className: "emoji", role: "img", "aria-label": code.replaceAll("_", " "), title: label },
      svg("0 0 20 20", DRAWN[code], "emoji-mark"));
  }
  if (Object.hasOwn(CHARACTERS, code)) {
    return el("span", { className: "emoji", role: "img", "aria-label": code.replaceAll("_", " "), title: label }, CHARACTERS[code]);
  }
  return null;
}
