// @ts-check
/** Says while typing that an address or a port is taken, and by whom. */
import { isAbort } from "../../lib/api.js";
import { h, replace } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { urlOfObject } from "../../lib/kinds.js";
import { icon } from "../../icons/icons.js";
import { isIP } from "../../lib/address.js";
import { conflictQuestions, mayConflict } from "./form.model.js";
import { readConflicts } from "./inventory.api.js";

const WAIT_MS = 220;

/**
 * @param {{ fields: import("../../types/inventory.js").Field[], excludeId: number | null,
 *   kinds: import("../../types/inventory.js").Kind[] }} options
 */
export function conflictNotes({ fields, excludeId, kinds }) {
  /** @type {Map<string, HTMLElement>} */
  const notes = new Map();
  /** @type {Record<string, () => HTMLElement>} */
  const extra = {};
  for (const field of fields.filter(mayConflict)) {
    const { name } = field;
    const note = h("div", { class: "conflict-note", role: "status" });
    notes.set(name, note);
    extra[name] = () => note;
  }
  let running = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let asked = "";

  /** @param {{ name: string, query: Record<string, any> }[]} questions */
  async function ask(questions) {
    running.abort();
    running = new AbortController();
    const { signal } = running;
    for (const { name, query } of questions) {
      try {
        const found = await readConflicts({ ...query, exclude_id: excludeId }, signal);
        replace(
          /** @type {HTMLElement} */ (notes.get(name)),
          found.map((holder) =>
            h(
              "p",
              { class: "conflict" },
              icon("warning", { class: "small" }),
              h(
                "span",
                {},
                t("inventory.taken_by"),
                " ",
                h(
                  "a",
                  { href: urlOfObject(kinds, holder.kind, holder.id), target: "_blank" },
                  holder.name || `#${holder.id}`,
                ),
                holder.what ? ` (${holder.what})` : "",
              ),
            )
          ),
        );
      } catch (error) {
        // Not knowing is no conflict; saving tells.
        if (!isAbort(error)) replace(/** @type {HTMLElement} */ (notes.get(name)));
      }
    }
  }

  return {
    extra,
    /** @param {Record<string, any>} values */
    changed(values) {
      if (notes.size === 0) return;
      const questions = conflictQuestions(fields, values).filter(({ name, query }) =>
        notes.has(name) && (query.ip === undefined || isIP(query.ip))
      );
      const key = JSON.stringify(questions);
      if (key === asked) return;
      asked = key;
      for (const [name, note] of notes) if (!questions.some((question) => question.name === name)) replace(note);
      clearTimeout(timer);
      timer = setTimeout(() => void ask(questions), WAIT_MS);
    },
    stop() {
      clearTimeout(timer);
      running.abort();
    },
  };
}
