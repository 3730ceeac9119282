// @ts-check
import { send } from "../../lib/api.js";
import { h, replace, stylesheet } from "../../lib/dom.js";
import { t, tOr } from "../../lib/i18n.js";
import { asWords, saidCheck } from "../../lib/values.js";
import { iconButton, whileBusy } from "../../ui/button.js";
import { errorState } from "../../ui/empty.js";
import { card, pageHead } from "../../ui/more.js";
import { severityBadge, worstSeverity } from "../../ui/status.js";
import { timeExact } from "../../ui/time.js";
import { orderedChecks } from "./health.model.js";

/**
 * What the daemon says about itself.
 *
 * @param {import("../../types/page.js").PageContext} context
 */
export async function page({ signal, live, title }) {
  await stylesheet(new URL("./health.css", import.meta.url));
  title(t("health.title"));
  const body = h("div", { class: "stack" });
  async function load() {
    try {
      // Not ready is a 503 that still carries the list.
      const answer = await send("GET", "health/ready", { signal, open: true }).then(
        (response) => response.json(),
        (error) => {
          if (error.body?.checks) return error.body;
          throw error;
        },
      );
      draw(answer.checks ?? []);
    } catch (error) {
      if (!signal.aborted) replace(body, errorState(error, () => void load()));
    }
  }
  /** @param {import("./health.model.js").Check[]} checks */
  function draw(checks) {
    const worst = worstSeverity(checks), fine = ["ok", "info", "notice"].includes(worst);
    replace(
      body,
      card(
        { class: "health-sum" },
        h(
          "div",
          { class: "row" },
          severityBadge(fine ? "ok" : worst),
          h("span", {}, t(fine ? "health.fine" : "health.not_fine")),
        ),
        h("span", { class: "small quiet" }, t("health.read"), " ", timeExact(new Date().toISOString())),
      ),
      card(
        { title: t("health.checks") },
        h(
          "ul",
          { class: "health-list" },
          orderedChecks(checks).map((check) =>
            h(
              "li",
              {},
              severityBadge(check.severity),
              h(
                "div",
                { class: "grow" },
                h("div", {}, tOr(`health.check_${check.id.replaceAll("-", "_")}`, asWords(check.id))),
                h("div", { class: "quiet" }, saidCheck(check.message)),
              ),
            )
          ),
        ),
      ),
    );
  }
  live.subscribe("status.health", () => void load(), signal);
  const again = iconButton("refresh", t("health.again"), { kind: "plain", onclick: () => whileBusy(again, load) });
  await load();
  return h(
    "section",
    { class: "page narrow" },
    pageHead({ title: t("health.title"), text: t("health.text"), actions: again }),
    body,
  );
}
