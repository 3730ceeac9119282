// @ts-check
import { isAbort } from "../lib/api.js";
import { h, replace, uid } from "../lib/dom.js";
import { changesOf, fromInput, groupsOf, problemOf, problemsOf, same, toInput } from "../lib/form.js";
import { t, tOr } from "../lib/i18n.js";
import { button, whileBusy } from "./button.js";
import { control } from "./fields.js";

/**
 * A form from field descriptions. Problems stand at their fields; what the server refuses (422 `fields`, 409) goes
 * there
 * too; what was typed is never lost. `onsubmit` gets all values and the changes against `values`.
 *
 * @typedef {import("../lib/form.js").Field} Field
 * @typedef {{ fields: Field[], values?: Record<string, any>, onsubmit: (values: Record<string, any>,
 *   changes: Record<string, any>) => Promise<any>,
 * submit?: string, cancel?: () => void, cancelLabel?: string, lookup?: import("./fields.js").Lookup, labelOf?:
 * (field: Field) => any,
 * onchange?: (name: string, value: any) => void, extra?: Record<string, () => Node | null>, compact?: boolean,
 * submitIcon?: string }} FormOptions
 *   `labelOf` gives a reference field's start value as `{ id, name }`; `extra` puts something below a field
 * @param {FormOptions} options
 */
export function form(
  {
    fields,
    values = {},
    onsubmit,
    submit = t("common.save"),
    cancel,
    cancelLabel = t("common.cancel"),
    lookup,
    labelOf,
    onchange,
    extra = {},
    compact = false,
    submitIcon,
  },
) {
  let before = { ...values };
  let sent = false;
  const prefix = uid("form");
  /** Only where some fields may stay empty is it worth saying which may not. */
  const mixed = fields.some(({ required, type, read_only: fixed }) => !required && type !== "boolean" && !fixed);
  /**
   * @type {Map<string, { field: Field, control: import("./fields.js").Control, box: HTMLElement,
   *   problem: HTMLElement, touched: boolean }>}
   */
  const parts = new Map();
  const summary = h("div", { class: "form-problem", role: "alert", hidden: true });
  const send = button(submit, { kind: "primary", type: "submit", icon: submitIcon });

  /** @param {Field} field */
  function part(field) {
    const id = `${prefix}-${field.name}`,
      helpId = `${id}-help`,
      label = tOr(`field.${field.name}`, field.label ?? field.name);
    const made = control(field, {
      id,
      describedBy: helpId,
      value: toInput(field, before[field.name]),
      lookup,
      labelOf,
      onchange: () => changed(field),
    });
    const problem = h("p", { class: "field-problem", hidden: true });
    const required = mixed && field.required && field.type !== "boolean"
      ? h("span", { class: "field-required", "aria-hidden": "true" }, t("form.is_required"))
      : null;
    const box = h(
      "div",
      { class: ["field", `is-${field.type}`, field.type === "long_text" && "is-wide"] },
      h("label", { htmlFor: id, class: "field-label" }, field.label ?? label, required),
      made.element,
      h(
        "div",
        { id: helpId, class: "field-notes" },
        problem,
        field.help && h("p", { class: "field-help" }, field.help),
      ),
      extra[field.name]?.(),
    );
    made.input.addEventListener("blur", () => {
      const one = parts.get(field.name);
      if (one) {
        one.touched ||= !same(read(field), before[field.name]);
        show(field.name);
      }
    });
    parts.set(field.name, { field, control: made, box, problem, touched: false });
    return box;
  }
  /** @param {Field} field */
  function read(field) {
    const one = parts.get(field.name);
    return one ? fromInput(field, one.control.read()) : before[field.name];
  }
  /** @returns {Record<string, any>} */
  const current = () => ({ ...before, ...Object.fromEntries(fields.map((field) => [field.name, read(field)])) });
  /** @param {string} name @param {string | null} [given] */
  function show(name, given) {
    const one = parts.get(name);
    if (!one) return;
    const text = given ?? (one.touched || sent ? problemOf(one.field, read(one.field), current()) : null);
    one.problem.hidden = !text;
    one.problem.textContent = text ?? "";
    one.box.classList.toggle("has-problem", Boolean(text));
    one.control.input.setAttribute("aria-invalid", text ? "true" : "false");
  }
  /** @param {Field} field */
  function changed(field) {
    const one = parts.get(field.name);
    if (one && (sent || !one.problem.hidden)) show(field.name);
    onchange?.(field.name, read(field));
  }
  /**
   * Shows what the server refused.
   *
   * @param {Record<string, string>} problems
   * @param {string} [message]
   */
  function setProblems(problems, message) {
    const homeless = [];
    for (const [name, text] of Object.entries(problems)) {
      if (parts.has(name)) show(name, text);
      else homeless.push(text);
    }
    // What stands at a field already is not said twice.
    const said = new Set(Object.entries(problems).filter(([name]) => parts.has(name)).map(([, text]) => text));
    const words = [message, ...homeless].filter((one) => one && !said.has(one)).join(" ");
    summary.hidden = !words;
    replace(summary, words);
    const first = element.querySelector(".has-problem input, .has-problem select, .has-problem textarea");
    if (first instanceof HTMLElement) first.focus();
    else if (words) summary.scrollIntoView({ block: "center" });
  }
  async function submitted() {
    sent = true;
    const now = current(), problems = problemsOf(fields, now);
    for (const { name } of fields) show(name);
    summary.hidden = true;
    if (Object.keys(problems).length > 0) {
      return setProblems(
        {},
        fields.length > 4 ? t("form.has_problems", { n: Object.keys(problems).length }) : undefined,
      );
    }
    await whileBusy(send, async () => {
      try {
        await onsubmit(now, changesOf(fields, before, now));
        before = now;
      } catch (error) {
        if (isAbort(error)) return;
        const refused = /** @type {any} */ (error);
        const fields = refused.fields ?? {};
        const athome = refused.status === 422 && Object.keys(fields).some((name) => parts.has(name));
        setProblems(fields, athome ? undefined : refused.message ?? String(error));
      }
    });
  }
  const groups = groupsOf(fields);
  const element = h(
    "form",
    {
      class: ["form", compact && "is-compact"],
      noValidate: true,
      onsubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        void submitted();
      },
    },
    groups.map(([name, own]) =>
      h(
        "fieldset",
        { class: "form-group" },
        name && h("legend", {}, name),
        h("div", { class: "form-fields" }, own.map(part)),
      )
    ),
    summary,
    h("div", { class: "form-foot" }, send, cancel && button(cancelLabel, { onclick: cancel })),
  );
  return {
    element,
    setProblems,
    submit: submitted,
    submitButton: send,
    get values() {
      return current();
    },
    /** @param {string} name @param {any} value */
    set(name, value) {
      const one = parts.get(name);
      if (one) {
        one.control.write(toInput(one.field, value));
        changed(one.field);
      }
    },
    isDirty: () => Object.keys(changesOf(fields, before, current())).length > 0,
    /**
     * For `context.guard` and a panel's `guard`.
     *
     * @returns {string | null}
     */
    guard() {
      return this.isDirty() ? t("form.unsaved") : null;
    },
    /**
     * The values count as saved.
     *
     * @param {Record<string, any>} [saved]
     */
    saved(saved) {
      before = saved ? { ...saved } : current();
      if (saved) { for (const field of fields) this.set(field.name, saved[field.name]); }
    },
    focus() {
      const first = element.querySelector("input, select, textarea");
      if (first instanceof HTMLElement) first.focus();
    },
  };
}
