// Times in the reader's own zone: message times, day lines and Slack's date tokens
// (https://docs.slack.dev/messaging/formatting-message-text#date-formatting).

const format = (options) => (date) => new Intl.DateTimeFormat(undefined, options).format(date);

const clock = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const short = format({ day: "numeric", month: "short", year: "numeric" });
const plain = format({ day: "numeric", month: "long", year: "numeric" });
const long = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });

const TOKENS = {
  date: plain,
  date_num: (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((n) => String(n).padStart(2, "0")).join("-"),
  date_slash: format({ day: "2-digit", month: "2-digit", year: "numeric" }),
  date_short: short,
  date_long: long,
  date_pretty: pretty(plain),
  date_short_pretty: pretty(short),
  date_long_pretty: pretty(long),
  day_divider_pretty: pretty(format({ weekday: "long", day: "numeric", month: "long" })),
  time: clock,
  time_secs: format({ hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  ago: relative,
};

function pretty(otherwise) {
  return (date) => nearDay(date) ?? otherwise(date);
}

function nearDay(date) {
  const days = Math.round((startOfDay(date) - startOfDay(new Date())) / 86_400_000);
  return { "-1": "yesterday", 0: "today", 1: "tomorrow" }[days] ?? null;
}

function startOfDay(date) {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function relative(date) {
  const seconds = (date.getTime() - Date.now()) / 1000;
  const steps = [["day", 86_400], ["hour", 3600], ["minute", 60]];
  const [unit, size] = steps.find(([, each]) => Math.abs(seconds) >= each) ?? ["second", 1];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(seconds / size), unit);
}

// A pattern such as "{date_short_pretty} at {time}"; unknown tokens make Slack show the fallback.
export function formatDate(epoch, pattern, fallback) {
  const date = new Date(Number(epoch) * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  let known = true;
  const text = pattern.replace(/\{(\w+)\}/g, (whole, token) => {
    if (Object.hasOwn(TOKENS, token)) return TOKENS[token](date);
    known = false;
    return whole;
  });
  return known ? text : fallback;
}

export function dateOf(ts) {
  return new Date(Number(ts) * 1000);
}

export function timeOf(ts) {
  return clock(dateOf(ts));
}

export function fullTimeOf(ts) {
  return `${long(dateOf(ts))}, ${TOKENS.time_secs(dateOf(ts))}`;
}

export function dayOf(ts) {
  const name = TOKENS.day_divider_pretty(dateOf(ts));
  return name[0].toUpperCase() + name.slice(1);
}

export function isSameDay(one, other) {
  return startOfDay(dateOf(one)) === startOfDay(dateOf(other));
}
