// @ts-check
/** A line for the query language, with suggestions while it is typed and a place for what could not be understood. */
import { h, on, replace, uid } from "../lib/dom.js";
import { newest } from "../lib/newest.js";
import { plainWords } from "../lib/query.js";
import { completed, suggestionsFor, valueBegun, whole } from "../lib/suggest.js";
import { t } from "../lib/i18n.js";
import { queryHelpButton } from "./query-help.js";

/**
 * @param {{ text?: string, label: string, placeholder: string, subjects: () => import("../lib/suggest.js").Subject[],
 *   lookup: import("./fields.js").Lookup, onText: (text: string) => void, signal: AbortSignal }} options  `subjects`: what
 *   can stand before a colon; `lookup` finds what a reference can point to
 */
export function queryLine({ text = "", label, placeholder, subjects, lookup, onText, signal }) {
  const id = uid("filter");
  const next = newest(signal);
  /** @type {import("../lib/suggest.js").Suggestion[]} */
  let offered = [];
  let active = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const list = h("ul", {
    id: `${id}-list`,
    class: "combo-list filter-list",
    role: "listbox",
    hidden: true,
    "aria-label": t("query.suggestions"),
  });
  const input = h("input", {
    id,
    type: "search",
    class: "input filter-field",
    role: "combobox",
    value: text,
    placeholder,
    "aria-label": label,
    "aria-controls": `${id}-list`,
    "aria-expanded": "false",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: false,
    "aria-describedby": `${id}-problem`,
  });
  const problem = h("p", { id: `${id}-problem`, class: "filter-problem", role: "status", hidden: true });
  const hint = h("kbd", { class: "filter-key" }, "/");
  const element = h("div", { class: "filter-line" }, input, hint, list, problem);

  const hide = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  /** @param {number} index */
  const mark = (index) => {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    if (index >= 0) input.setAttribute("aria-activedescendant", `${id}-${index}`);
    else input.removeAttribute("aria-activedescendant");
  };
  let toldAt = 0;
  // Each key asks at once and ends the question before it; only what comes faster than hands type waits for the next.
  const tell = (wait = Date.now() - toldAt > 60 ? 0 : 30) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      toldAt = Date.now();
      onText(whole(input.value, subjects()));
    }, wait);
  };
  /** @param {number} index */
  const take = (index) => {
    input.value = completed(input.value, offered[index].insert);
    offer();
    tell(0);
  };
  function offer() {
    const all = subjects(), mine = next();
    show(suggestionsFor(input.value, all));
    const field = valueBegun(input.value, all)?.subject.field;
    if (!field || field.type !== "reference") return;
    const begun = valueBegun(input.value, all)?.begun ?? "";
    lookup(/** @type {any} */ (field), plainWords(begun), mine).then((found) => {
      const names = found.map(({ label }) => label);
      if (!mine.aborted && document.activeElement === input) show(suggestionsFor(input.value, all, names));
    }, () => {});
  }
  /** @param {import("../lib/suggest.js").Suggestion[]} suggestions */
  function show(suggestions) {
    offered = suggestions;
    replace(
      list,
      offered.map(({ label, hint: words }, at) =>
        h(
          "li",
          {
            id: `${id}-${at}`,
            role: "option",
            class: "combo-option",
            onpointerdown: (/** @type {Event} */ event) => {
              event.preventDefault();
              take(at);
            },
          },
          h("span", { class: "grow mono" }, label),
          h("span", { class: "small quiet" }, words),
        )
      ),
    );
    list.hidden = offered.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(-1);
  }
  on(input, "input", () => {
    offer();
    tell();
  }, signal);
  on(input, "focus", offer, signal);
  on(input, "blur", hide, signal);
  on(input, "keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[/** @type {string} */ (event.key)];
    if (step && !list.hidden) {
      event.preventDefault();
      mark((active + step + offered.length) % offered.length);
    } else if ((event.key === "Enter" || event.key === "Tab") && active >= 0) {
      event.preventDefault();
      take(active);
    } else if (event.key === "Enter") {
      hide();
      tell(0);
    } else if (event.key === "Escape") {
      if (!list.hidden) hide();
      else if (input.value) {
        input.value = "";
        tell(0);
      } else input.blur();
      event.preventDefault();
      event.stopPropagation();
    }
  }, signal);
  return {
    element,
    help: queryHelpButton({ subjects }),
    focus: () => input.focus(),
    /** @param {string | null} sentence what the daemon could not understand */
    showProblem(sentence) {
      problem.hidden = !sentence;
      replace(problem, sentence ?? "");
      if (sentence) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    },
    /** @param {string} next */
    set(next) {
      if (document.activeElement !== input) input.value = next;
    },
  };
}
