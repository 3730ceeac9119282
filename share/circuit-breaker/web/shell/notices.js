// @ts-check
import { icon } from "../icons/icons.js";
import { api } from "../lib/api.js";
import { h, replace } from "../lib/dom.js";
import { clockTime } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { whileBusy } from "../ui/button.js";
import { worstSeverity } from "../ui/status.js";
import { toastError } from "../ui/toast.js";

/**
 * Lines under the bar: no connection, standing conditions of the daemon, a password that must be changed.
 *
 * @param {import("../lib/session.js").Session} session
 * @param {import("../lib/live.js").Live} live
 * @param {AbortSignal} signal
 */
export function notices(session, live, signal) {
  const connection = h("div", {}), health = h("div", {}), account = h("div", {});
  const element = h("div", { id: "notices", role: "status" }, connection, health, account);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  live.state.watch((state) => {
    if (state === "open" || state === "idle") {
      clearTimeout(timer);
      timer = undefined;
      return void replace(connection);
    }
    if (state !== "waiting" || timer !== undefined) return;
    // A restart takes a second or two; only what lasts is worth a line.
    timer = setTimeout(
      () =>
        replace(
          connection,
          notice(
            "warn",
            "plug",
            t("shell.offline"),
            h("button", { type: "button", class: "button small", onclick: () => live.retry() }, t("common.retry")),
          ),
        ),
      2500,
    );
  }, signal);
  session.state.watch((state) => void replace(account, acting(state), duty(state)), signal);
  let told = 0;
  live.subscribe("status.health", async ({ payload }) => {
    const items = (payload.items ?? []).filter((/** @type {any} */ item) =>
      ["warning", "error", "failing", "critical"].includes(item.severity)
    );
    const turn = ++told, first = items[0], more = items.length - 1;
    if (!first) return void replace(health);
    // Asked for only when there is something to say.
    const { saidCheck } = await import("../lib/values.js").catch(() => ({ saidCheck: (/** @type {string} */ text) => text }));
    if (turn !== told) return;
    const text = saidCheck(first.message);
    replace(
      health,
      notice(
        worstSeverity(items) === "warning" ? "warn" : "bad",
        worstSeverity(items) === "warning" ? "warning" : "error",
        more > 0 ? `${text} (${t("common.and_more", { n: more })})` : text,
        h("a", { class: "button small", href: "/status" }, t("shell.look")),
      ),
    );
  }, signal);
  return { element };
}

/** @param {"warn" | "bad"} kind @param {string} mark @param {string} text @param {Node} action */
const notice = (kind, mark, text, action) =>
  h("div", { class: ["notice", `is-${kind}`] }, icon(mark), h("span", { class: "grow" }, text), action);

/**
 * An administrator acts as somebody else: said on every page, with the way back.
 *
 * @param {import("../lib/session.js").SessionState | null} state
 */
function acting(state) {
  if (!state?.acting) return null;
  const stop = h("button", {
    type: "button",
    class: "button small",
    onclick: () =>
      whileBusy(/** @type {HTMLButtonElement} */ (stop), async () => {
        await api.delete("auth/masquerade").catch((error) => toastError(error));
        location.assign("/settings/users");
      }),
  }, t("shell.acting_stop"));
  return notice(
    "bad",
    "user",
    t("shell.acting", {
      by: state.acting.by,
      name: state.user?.email ?? "",
      until: clockTime(new Date(state.acting.until)),
    }),
    stop,
  );
}

/**
 * What comes before everything else this person may do.
 *
 * @param {import("../lib/session.js").SessionState | null} state
 */
function duty(state) {
  if (!state?.must) return null;
  const isPassword = state.must === "change_password";
  return notice(
    "warn",
    "key",
    isPassword ? t("shell.must_change_password") : t("security.needed"),
    h(
      "a",
      { class: "button small", href: "/profile/security" },
      isPassword ? t("shell.change_password") : t("security.set_up"),
    ),
  );
}
