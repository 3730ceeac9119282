// @ts-check
import { icon as drawIcon } from "../icons/icons.js";
import { isAbort } from "../lib/api.js";
import { h, replace, setStyle, uid } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { pill } from "./pill.js";

/**
 * A field that finds while one types. Values are `{ value, label }`; with `multiple` a list of them; with `free` any
 * text
 * is a value too.
 *
 * @typedef {{ value: any, label: string, hint?: string, icon?: string }} Choice
 * @typedef {{ load: (text: string, signal: AbortSignal) => Promise<Choice[]> | Choice[], value?: Choice | Choice[] |
 *   null, multiple?: boolean,
 * free?: boolean, id?: string, placeholder?: string, label?: string, required?: boolean, describedBy?: string, mono?:
 * boolean, onchange?: (value: any) => void, disabled?: boolean }} ComboboxOptions
 * @param {ComboboxOptions} options
 */
export function combobox(
  {
    load,
    value = null,
    multiple = false,
    free = false,
    id = uid("combo"),
    placeholder,
    label,
    describedBy,
    mono,
    onchange,
    disabled,
  },
) {
  /** @type {Choice[]} */
  let chosen = /** @type {any[]} */ ([value]).flat().filter((one) => one !== null && one !== undefined);
  /** @type {Choice[]} */
  let found = [];
  let active = -1, running = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const listId = `${id}-list`;
  const input = h("input", {
    id,
    type: "text",
    role: "combobox",
    class: ["combo-input", mono && "mono"],
    autocomplete: "off",
    spellcheck: false,
    placeholder,
    disabled,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": listId,
    "aria-label": label,
    "aria-describedby": describedBy,
  });
  const list = h("ul", {
    id: listId,
    class: "combo-list",
    role: "listbox",
    hidden: true,
    "aria-label": label ?? placeholder ?? t("form.choices"),
  });
  const pills = h("span", { class: "combo-pills" });
  const clear = h("button", {
    type: "button",
    class: "combo-clear",
    tabIndex: -1,
    "aria-label": t("form.clear"),
    onclick: () => {
      set([]);
      input.focus();
    },
  }, drawIcon("close", { class: "small" }));
  const element = h(
    "div",
    { class: ["combo", multiple && "is-multiple", disabled && "is-disabled"] },
    pills,
    input,
    clear,
    list,
  );

  /** @returns {any} */
  const result = () => (multiple ? chosen : chosen[0] ?? null);
  /** @param {Choice[]} next @param {boolean} [quiet] */
  function set(next, quiet = false) {
    chosen = next;
    if (multiple) {
      replace(
        pills,
        chosen.map((one, index) =>
          pill(one.label, { onremove: disabled ? undefined : () => set(chosen.filter((_, at) => at !== index)) })
        ),
      );
      input.value = "";
    } else {
      input.value = chosen[0]?.label ?? "";
    }
    clear.hidden = multiple || chosen.length === 0 || Boolean(disabled);
    if (!quiet) onchange?.(result());
  }
  /** @param {Choice} choice */
  function choose(choice) {
    hide();
    if (!multiple) return set([choice]);
    if (!chosen.some(({ value: known }) => known === choice.value)) set([...chosen, choice]);
    else input.value = "";
  }
  function takeText() {
    const text = input.value.trim();
    if (free && text && (multiple || text !== chosen[0]?.label)) choose({ value: text, label: text });
    else if (!multiple && !text && chosen.length > 0) set([]);
    else if (!multiple) input.value = chosen[0]?.label ?? "";
    else input.value = "";
  }
  function hide() {
    running.abort();
    clearTimeout(timer);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    active = -1;
  }
  /** @param {number} index */
  function mark(index) {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) {
      input.setAttribute("aria-activedescendant", `${listId}-${index}`);
      list.children[index]?.scrollIntoView({ block: "nearest" });
    }
  }
  /** Where there is room; over a cell the list keeps clear of the whole little form, so that Save stays in reach. */
  function place() {
    const form = element.closest(".cell-editor"), own = element.getBoundingClientRect();
    const around = form?.getBoundingClientRect() ?? own;
    const below = innerHeight - around.bottom - 16, above = around.top - 16;
    const isAbove = below < 184 && above > (form ? below : 244);
    list.classList.toggle("is-above", isAbove);
    const height = form ? Math.max(64, isAbove ? above : below) : Math.max(120, isAbove ? 260 : below);
    const away = form && (isAbove ? { bottom: `${own.bottom - around.top + 4}px` } : { top: `${around.bottom - own.top + 4}px` });
    setStyle(list, { maxHeight: `${Math.min(280, height)}px`, top: "", bottom: "", ...away });
  }
  function draw() {
    replace(
      list,
      found.length === 0
        ? h("li", { class: "combo-none quiet small" }, free ? t("form.enter_keeps") : t("form.nothing_found"))
        : found.map((choice, index) =>
          h(
            "li",
            {
              id: `${listId}-${index}`,
              role: "option",
              class: "combo-option",
              onpointerdown: (/** @type {Event} */ event) => {
                event.preventDefault();
                choose(choice);
              },
            },
            choice.icon ? drawIcon(choice.icon) : null,
            h("span", { class: "grow ellipsis" }, choice.label),
            choice.hint && h("span", { class: "small quiet mono ellipsis" }, choice.hint),
          )
        ),
    );
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    place();
    const current = found.findIndex(({ value: one }) => !multiple && one === chosen[0]?.value);
    const typed = input.value.trim() !== "" && input.value !== chosen[0]?.label;
    mark(current >= 0 ? current : typed && !free && found.length > 0 ? 0 : -1);
  }
  /** @param {number} wait ms */
  function search(wait) {
    clearTimeout(timer);
    running.abort();
    const mine = new AbortController();
    running = mine;
    timer = setTimeout(async () => {
      try {
        const typed = !multiple && input.value === (chosen[0]?.label ?? "") ? "" : input.value.trim();
        const choices = await load(typed, mine.signal);
        if (mine.signal.aborted) return;
        found = choices;
        draw();
      } catch (error) {
        if (!isAbort(error)) {
          found = [];
          hide();
        }
      }
    }, wait);
  }
  input.addEventListener("input", () => search(120));
  input.addEventListener("click", () => {
    if (list.hidden) search(0);
  });
  input.addEventListener("blur", () => {
    hide();
    takeText();
  });
  input.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (steps) {
      event.preventDefault();
      if (list.hidden) return search(0);
      if (found.length > 0) mark((active + steps + found.length) % found.length);
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (active >= 0) choose(found[active]);
      else takeText();
    } else if (event.key === "Enter" && multiple && free && input.value.trim()) {
      event.preventDefault();
      takeText();
    } else if (event.key === "," && multiple && free) {
      event.preventDefault();
      takeText();
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      hide();
    } else if (event.key === "Backspace" && multiple && input.value === "" && chosen.length > 0) {
      set(chosen.slice(0, -1));
    }
  });
  set(chosen, true);
  return {
    element,
    input,
    /** @returns {any} */
    get value() {
      return result();
    },
    set value(/** @type {any} */ next) {
      set([next].flat().filter((one) => one !== null && one !== undefined), true);
    },
  };
}

/**
 * A loader over a fixed list: what starts with the text first, then what contains it.
 *
 * @param {Choice[]} choices
 * @param {number} [limit]
 */
export const among = (choices, limit = 50) => (/** @type {string} */ text) => {
  const wanted = text.toLowerCase();
  const hits = choices.filter(({ label, hint }) => `${label} ${hint ?? ""}`.toLowerCase().includes(wanted));
  const starts = (/** @type {Choice} */ one) => (one.label.toLowerCase().startsWith(wanted) ? 0 : 1);
  return hits.sort((a, b) => starts(a) - starts(b)).slice(0, limit);
};
