// @ts-check
import { api } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t } from "../../lib/i18n.js";
import { settingsTabs } from "../../shell/settings-tabs.js";
import { button, whileBusy } from "../../ui/button.js";
import { emptyState, errorState } from "../../ui/empty.js";
import { card, pageHead } from "../../ui/more.js";
import { severityBadge } from "../../ui/status.js";
import { timeAgo } from "../../ui/time.js";
import { toastError } from "../../ui/toast.js";
import { countsOf, groupsOf, severityOf, verdictOf } from "./go-live.model.js";

/** @typedef {import("./go-live.model.js").Report} Report */

/**
 * Before you go live: what was found, why, and how to mend it.
 *
 * @param {import("../../types/page.js").PageContext} context
 */
export async function page({ session, signal, title }) {
  await stylesheet(new URL("./go-live.css", import.meta.url));
  title(t("golive.title"), [{ label: t("settings.title"), href: "/settings" }]);
  const body = h("div", { class: "stack", "aria-live": "polite" });
  const check = button(t("golive.check"), { kind: "primary", icon: "shield", onclick: () => whileBusy(check, run) });
  async function run() {
    body.setAttribute("aria-busy", "true");
    try {
      draw(await api.post("go-live", undefined, { signal }));
    } catch (error) {
      if (!signal.aborted) toastError(error);
    } finally {
      body.removeAttribute("aria-busy");
    }
  }
  async function load() {
    try {
      draw(await api.get("go-live", { signal }));
    } catch (error) {
      if (!signal.aborted) replace(body, errorState(error, () => void load()));
    }
  }
  /** @param {Report} report */
  function draw(report) {
    replace(
      body,
      report.at === null
        ? emptyState({ icon: "shield", title: t("golive.never"), text: t("golive.never_text") })
        : [sumCard(report), ...groupsOf(report.findings).map(groupCard), h("p", { class: "small quiet" }, t("golive.root"))],
    );
  }
  await load();
  return h(
    "section",
    { class: "page" },
    pageHead({ title: t("settings.title"), actions: check }),
    settingsTabs("go-live", session),
    h("p", { class: "quiet" }, t("golive.text")),
    body,
  );
}

/** @param {Report} report */
function sumCard(report) {
  const counts = countsOf(report.findings);
  return card(
    { class: "golive-sum" },
    h(
      "div",
      { class: "stack tight" },
      h("strong", {}, t(`golive.verdict_${verdictOf(report)}`)),
      h("span", { class: "small quiet" }, t("golive.counts", counts)),
    ),
    h("span", { class: "small quiet" }, t("golive.checked"), " ", timeAgo(report.at)),
  );
}

/** @param {ReturnType<typeof groupsOf>[number]} group */
const groupCard = ({ subject, findings }) =>
  card(
    { title: t(`golive.subject_${subject}`) },
    h(
      "ul",
      { class: "golive-list" },
      findings.map(({ state, why, mend }) =>
        h(
          "li",
          { "data-state": state },
          severityBadge(severityOf(state)),
          h(
            "div",
            { class: "grow" },
            h("div", {}, why),
            state !== "ok" && mend && h("div", { class: "small golive-mend" }, t("golive.mend"), " ", withCommands(mend)),
          ),
        )
      ),
    ),
  );

/** @param {string} text what stands between backticks is a command */
const withCommands = (text) => text.split("`").map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
