// @ts-check
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { button } from "../ui/button.js";
import { emptyState, errorState } from "../ui/empty.js";
import { fill, pageHead } from "../ui/more.js";
import { dataTable } from "../ui/table.js";
import { settingsTabs } from "./settings-tabs.js";

/**
 * A page of the settings that is one list: tabs, a line of what it is, a button that adds, the table. Its words are
 * `title`, `text`, `add`, `none` and `none_text` below `words`, which is also its tab. When the list cannot be read, the
 * page around it stays.
 *
 * @param {import("../types/page.js").PageContext} context
 * @param {{ words: string, icon: string, load: () => Promise<any[]>, add?: (() => void) | null, example?: string,
 *   notice?: (() => string | null) | null } & Omit<import("../ui/table.js").TableOptions, "label" | "rows" | "signal">} options
 *   `notice` is asked after the list was read
 */
export async function settingsList({ session, signal, title }, { words, icon, load, add, example, notice, ...look }) {
  title(t(`${words}.title`), [{ label: t("settings.title"), href: "/settings" }]);
  const adder = () => (add ? button(t(`${words}.add`), { kind: "primary", icon: "add", onclick: add }) : null);
  const table = dataTable({
    ...look,
    label: t(`${words}.title`),
    signal,
    fit: true,
    empty: emptyState({ icon, title: t(`${words}.none`), text: t(`${words}.none_text`), example, action: adder() }),
  });
  const reload = async () => table.setRows(await load());
  const body = h("div", { class: "stack" });
  const draw = () =>
    fill(body, async () => {
      await reload();
      const said = notice?.();
      return h("div", { class: "stack" }, said && h("p", { class: "notice" }, said), table.element);
    }, (error) => errorState(error, () => void draw()));
  await draw();
  const element = h(
    "section",
    { class: "page" },
    pageHead({ title: t("settings.title"), actions: adder() }),
    settingsTabs(words, session),
    h("p", { class: "quiet" }, t(`${words}.text`)),
    body,
  );
  return { element, table, reload };
}
