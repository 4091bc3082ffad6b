// Dates for languages that this browser knows by name only: Chromium has no texts for some, and
// writes "M11" and "-1 y". The words are CLDR's, but for
// "bugün", which it misspells, and "ərzində", which means "within".

const OWN = {
  az: {
    months: ["yanvar", "fevral", "mart", "aprel", "may", "iyun", "iyul", "avqust", "sentyabr", "oktyabr", "noyabr", "dekabr"],
    days: ["bazar", "bazar ertəsi", "çərşənbə axşamı", "çərşənbə", "cümə axşamı", "cümə", "şənbə"],
    near: { "-1": "dünən", 0: "bu gün", 1: "sabah" },
    past: "öncə",
    future: "sonra",
    units: { year: "il", month: "ay", day: "gün", hour: "saat", minute: "dəqiqə", second: "saniyə" },
  },
};

const lacking = new Map();

/** Whether this browser has no texts for a language. */
export function isLacking(language) {
  if (!lacking.has(language)) {
    const month = new Intl.DateTimeFormat(language, { month: "long" }).format(new Date(2020, 0, 15));
    lacking.set(language, /^M?\d+$/.test(month));
  }
  return lacking.get(language);
}

/** A date by the options of Intl.DateTimeFormat; without words where we have none. */
export function ownDate(date, options, language) {
  const own = OWN[language];
  const two = (number) => String(number).padStart(2, "0");
  const parts = [];
  if (options.month === "2-digit" || (options.month && !own)) {
    parts.push(`${two(date.getDate())}.${two(date.getMonth() + 1)}.${two(date.getFullYear() % 100)}`);
  } else if (options.month) {
    const year = options.year ? ` ${date.getFullYear()}` : "";
    parts.push(`${date.getDate()} ${own.months[date.getMonth()]}${year}`);
  }
  if (options.weekday && own) parts.push(own.days[date.getDay()]);
  if (options.hour) {
    const seconds = options.second ? `:${two(date.getSeconds())}` : "";
    parts.push(`${two(date.getHours())}:${two(date.getMinutes())}${seconds}`);
  }
  return parts.join(", ");
}

/** How long ago or ahead, or null where we have no words. */
export function ownRelative(number, unit, language) {
  const own = OWN[language];
  if (!own) return null;
  if (unit === "day" && number in own.near) return own.near[number];
  return `${Math.abs(number)} ${own.units[unit]} ${number < 0 ? own.past : own.future}`;
}
