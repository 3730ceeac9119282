// @ts-check
import { icon as drawIcon } from "../icons/icons.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/i18n.js";

/**
 * An empty page teaches: one line of what belongs here, one button, one example.
 *
 * @param {{ icon?: string, title: string, text?: string, action?: HTMLElement | null, example?: string }} options
 */
export const emptyState = ({ icon = "inventory", title, text, action, example }) =>
  h(
    "div",
    { class: "empty" },
    drawIcon(icon, { class: "big" }),
    h("h2", {}, title),
    text && h("p", { class: "quiet" }, text),
    example && h("p", { class: "small quiet" }, t("common.for_example"), " ", h("span", { class: "mono" }, example)),
    action,
  );

/** The browser's words, in its language, for a file of the page that did not come. */
const UNREAD = /dynamically imported|importing a module/i;

/**
 * What happened, what was kept, what to do.
 *
 * @param {any} problem
 * @param {() => void} [retry]
 */
export function errorState(problem, retry) {
  const isUnread = problem instanceof TypeError && UNREAD.test(problem.message);
  const error = isUnread ? { status: 0, message: t("errors.offline") } : problem;
  const offline = error?.status === 0;
  const element = h(
    "div",
    { class: "empty is-bad", role: "alert" },
    drawIcon(offline ? "plug" : "error", { class: "big" }),
    h("h2", {}, titleOf(error)),
    h("p", { class: "quiet" }, [error?.message ?? String(error), ...Object.values(error?.fields ?? {})].join(" ")),
    error?.requestId && h("p", { class: "small quiet" }, t("errors.request"), " ", h("span", { class: "mono" }, error.requestId)),
    actionsOf(error, retry),
  );
  if (offline && retry) whenBack(element, retry);
  return element;
}

/**
 * Once the daemon answers again, what is still on the page is tried again by itself.
 *
 * @param {HTMLElement} element @param {() => void} run
 */
export const whenBack = (element, run) =>
  addEventListener("reconnected", () => void (element.isConnected && run()), { once: true });

/**
 * Trying again helps; where something is not allowed, it rarely does, and there is a way out as well.
 *
 * @param {any} error @param {(() => void) | undefined} retry
 */
function actionsOf(error, retry) {
  const isForbidden = error?.status === 403;
  const again = retry && h(
    "button",
    { type: "button", class: ["button", !isForbidden && "primary"], onclick: retry },
    drawIcon("refresh"),
    h("span", {}, t("common.retry")),
  );
  if (!isForbidden) return again;
  return h("div", { class: "row wrap" }, h("a", { class: "button primary", href: "/map" }, t("shell.home")), again);
}

/** @param {any} error */
function titleOf(error) {
  const titles = /** @type {Record<number, string>} */ ({
    0: t("errors.title_offline"),
    403: t("errors.title_forbidden"),
    404: t("errors.title_not_found"),
    429: t("errors.title_rate_limited"),
  });
  return titles[error?.status] ?? t("errors.title_other");
}
