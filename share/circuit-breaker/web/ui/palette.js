// @ts-check
import { icon as drawIcon } from "../icons/icons.js";
import { isAbort } from "../lib/api.js";
import { giveFocusBack, h, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * The command palette (Ctrl-K). Features register sources; the palette asks all of them while one types.
 *
 * @typedef {{ label: string, hint?: string | null, icon?: string, hue?: string, href?: string, run?: () => void,
 *   keys?: string }} PaletteItem
 * @typedef {{ id: string, label: string, load: (text: string, signal: AbortSignal) => Promise<PaletteItem[]> |
 *   PaletteItem[], order?: number }} PaletteSource
 */

/** @type {PaletteSource[]} */
const sources = [];
/** @type {(href: string) => void} */
let go = (href) => location.assign(href);

/**
 * @param {PaletteSource} source  `order`: smaller comes first, the shell's are 50 and 60
 * @param {AbortSignal} [signal]
 */
export function registerSource(source, signal) {
  sources.push(source);
  sources.sort((a, b) => (a.order ?? 40) - (b.order ?? 40));
  signal?.addEventListener("abort", () => sources.splice(sources.indexOf(source), 1), { once: true });
}

/** @param {(href: string) => void} navigate */
export const configurePalette = (navigate) => void (go = navigate);

/**
 * How well an entry fits: 0 is best, null not at all.
 *
 * @param {string} label
 * @param {string} text
 * @returns {number | null}
 */
export function fitOf(label, text) {
  const name = label.toLowerCase(), wanted = text.toLowerCase().trim();
  if (wanted === "" || name.startsWith(wanted)) return 0;
  if (name.split(/[\s/._-]+/).some((word) => word.startsWith(wanted))) return 1;
  if (name.includes(wanted)) return 2;
  let at = 0;
  for (const letter of wanted) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return null;
  }
  return 3;
}

/**
 * The entries of a fixed list that fit, best first.
 *
 * @param {PaletteItem[]} items
 * @param {string} text
 */
export const fittingItems = (items, text) =>
  items.map((item) => ({ item, fit: fitOf(item.label, text) }))
    .filter(({ fit }) => fit !== null).sort((a, b) => Number(a.fit) - Number(b.fit)).map(({ item }) => item);

/** @param {string} [text] */
export function openPalette(text = "") {
  if (document.querySelector("dialog.palette")) return;
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const input = h("input", {
    class: "palette-input",
    type: "text",
    role: "combobox",
    value: text,
    placeholder: t("palette.placeholder"),
    "aria-label": t("palette.label"),
    autocomplete: "off",
    spellcheck: false,
    "aria-controls": "palette-list",
    "aria-expanded": "true",
    "aria-autocomplete": "list",
  });
  const list = h("div", {
    id: "palette-list",
    class: "palette-list",
    role: "listbox",
    "aria-label": t("palette.label"),
  });
  const element = h(
    "dialog",
    {
      class: "palette",
      "aria-label": t("palette.label"),
      oncancel: (/** @type {Event} */ event) => {
        event.preventDefault();
        close();
      },
      onclick: (/** @type {Event} */ event) => {
        if (event.target === element) close();
      },
    },
    h(
      "div",
      { class: "palette-box" },
      h("div", { class: "palette-top" }, drawIcon("search"), input, h("kbd", {}, "Esc")),
      list,
      h(
        "div",
        { class: "palette-foot small quiet" },
        h("kbd", {}, "↑↓"),
        ` ${t("palette.key_move")} `,
        h("kbd", {}, "Enter"),
        ` ${t("palette.key_open")} `,
        h("kbd", {}, "Esc"),
        ` ${t("palette.key_close")}`,
      ),
    ),
  );
  /** @type {{ item: PaletteItem, element: HTMLElement }[]} */
  let entries = [];
  let active = 0, running = new AbortController();
  function close() {
    running.abort();
    element.close();
    element.remove();
    giveFocusBack(before);
  }
  /** @param {PaletteItem} item */
  function choose(item) {
    close();
    if (item.run) item.run();
    else if (item.href) go(item.href);
  }
  /** @param {number} index */
  function mark(index) {
    active = index;
    entries.forEach((entry, at) => entry.element.setAttribute("aria-selected", String(at === index)));
    const now = entries[index]?.element;
    if (now) {
      input.setAttribute("aria-activedescendant", now.id);
      now.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }
  function search() {
    running.abort();
    const mine = new AbortController(), wanted = input.value.trim();
    running = mine;
    /** @type {Map<PaletteSource, PaletteItem[]>} */
    const answers = new Map();
    let waiting = sources.length;
    for (const source of sources) {
      Promise.resolve().then(() => source.load(wanted, mine.signal)).then(
        (items) => answers.set(source, items),
        (error) => {
          if (!isAbort(error)) answers.set(source, []);
        },
      )
        .finally(() => {
          waiting -= 1;
          if (!mine.signal.aborted) draw(answers, waiting === 0, wanted);
        });
    }
  }
  /** @param {Map<PaletteSource, PaletteItem[]>} answers @param {boolean} done @param {string} wanted */
  function draw(answers, done, wanted) {
    entries = [];
    const sections = sources.filter((source) => (answers.get(source)?.length ?? 0) > 0).map((source) =>
      h(
        "div",
        { role: "group", "aria-label": source.label },
        h("div", { class: "palette-heading" }, source.label),
        (answers.get(source) ?? []).map((item) => {
          const entry = h(
            "div",
            {
              id: `palette-${entries.length}`,
              class: "palette-item",
              role: "option",
              onclick: () => choose(item),
            },
            h("span", { class: "palette-mark", style: { color: item.hue ?? null } }, drawIcon(item.icon ?? "forward")),
            h("span", { class: "ellipsis" }, item.label),
            h("span", { class: "grow small quiet ellipsis" }, item.hint),
            item.keys && h("kbd", {}, item.keys),
          );
          entries.push({ item, element: entry });
          return entry;
        }),
      )
    );
    replace(
      list,
      entries.length > 0
        ? sections
        : done && h("p", { class: "palette-none quiet" }, t("palette.nothing", { text: wanted })),
    );
    mark(Math.min(active, Math.max(0, entries.length - 1)));
  }
  input.addEventListener("input", () => {
    active = 0;
    search();
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && entries.length > 0) {
      event.preventDefault();
      mark((active + step + entries.length) % entries.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (entries[active]) choose(entries[active].item);
    }
  });
  document.body.append(element);
  element.showModal();
  input.focus();
  input.select();
  search();
}
