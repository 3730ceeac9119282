// @ts-check
import { icon } from "../icons/icons.js";
import { h, replace, svg } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { effectiveTheme, theme, THEMES } from "../lib/theme.js";
import { avatar } from "../ui/avatar.js";
import { iconButton } from "../ui/button.js";
import { openMenu } from "../ui/menu.js";
import { openPalette } from "../ui/palette.js";
import { brandMark } from "../ui/brand.js";
import { clock, weatherByChoice } from "./widgets.js";

/**
 * The top bar: mark, breadcrumbs, clock, search, live indicator, history, theme, avatar.
 *
 * @param {import("../lib/session.js").Session} session
 * @param {import("../lib/live.js").Live} live
 * @param {{ signOut: () => void, help: () => void, keepTheme: (id: string) => void }} actions
 * @param {AbortSignal} signal
 */
export function topBar(session, live, actions, signal) {
  const name = h("span", { class: "bar-name" }, "Circuit Breaker");
  const crumbs = h("nav", { class: "crumbs", "aria-label": t("shell.breadcrumbs") });
  const search = h(
    "button",
    {
      type: "button",
      class: "bar-search",
      "aria-label": t("shell.search"),
      title: t("shell.search"),
      onclick: () => openPalette(),
    },
    icon("search", { class: "small" }),
    h("span", { class: "grow" }, t("shell.search")),
    h("kbd", {}, `${t("common.key_ctrl")} K`),
  );
  const history = h("a", {
    class: "button ghost icon-only bar-wide",
    href: "/audit",
    title: t("shell.history"),
    "aria-label": t("shell.history"),
  }, icon("history"));
  const themes = iconButton("theme", t("shell.theme"), {
    class: "bar-wide",
    "aria-haspopup": "menu",
    onclick: () => themeMenu(themes, actions.keepTheme),
  });
  const person = h("span", { class: "row" });
  const drawPerson = () => {
    history.hidden = !session.may("audit.view");
    replace(
      person,
      session.user
        ? avatarButton(session, actions)
        : h("a", { class: "button small", href: "/sign-in" }, icon("sign_in"), h("span", {}, t("shell.sign_in"))),
    );
  };
  session.state.watch(drawPerson, signal);
  session.settings.watch((settings) => {
    replace(name, settings.app_name || "Circuit Breaker");
    drawPerson();
  }, signal);
  const element = h(
    "header",
    { id: "bar" },
    h("a", { class: "bar-home", href: "/map", title: t("shell.home") }, brandMark(signal), name),
    crumbs,
    weatherByChoice(session.settings, signal),
    clock(signal),
    search,
    liveIndicator(live, signal),
    history,
    themes,
    person,
  );
  return {
    element,
    /** @param {string} title @param {{ label: string, href?: string }[]} trail */
    setCrumbs(title, trail) {
      replace(
        crumbs,
        trail.map(({ label, href }) => [href ? h("a", { href }, label) : h("span", {}, label), icon("right")]),
        h("span", { "aria-current": "page" }, title),
      );
    },
  };
}

/**
 * Says in a word and a shape whether changes arrive by themselves.
 *
 * @param {import("../lib/live.js").Live} live
 * @param {AbortSignal} signal
 */
function liveIndicator(live, signal) {
  const words = ["idle", "connecting", "open", "waiting", "refused"].map((state) =>
    h("span", { dataset: { state } }, t(`live.${state}`))
  );
  const element = h(
    "button",
    { type: "button", class: "live", onclick: () => live.retry() },
    svg("svg", { viewBox: "0 0 10 10", "aria-hidden": "true" }, svg("circle", { cx: 5, cy: 5, r: 3.5 })),
    h("span", { class: "live-words", "aria-hidden": "true" }, words),
  );
  live.state.watch((state) => {
    element.className = `live is-${state}`;
    for (const word of words) word.classList.toggle("is-said", word.dataset.state === state);
    element.title = t(`shell.live_${state}`);
    element.setAttribute("aria-label", `${t(`live.${state}`)}. ${t(`shell.live_${state}`)}`);
  }, signal);
  return element;
}

/** @param {HTMLElement} anchor @param {(id: string) => void} keep */
export function themeMenu(anchor, keep) {
  openMenu(anchor, [
    { label: t("settings.theme_auto"), checked: theme.current === "auto", run: () => keep("auto") },
    "-",
    ...THEMES.map(({ id, label }) => ({
      label,
      checked: theme.current === id || (theme.current !== "auto" && effectiveTheme(theme.current, false) === id),
      run: () => keep(id),
    })),
  ], { label: t("shell.theme") });
}

/**
 * @param {import("../lib/session.js").Session} session
 * @param {{ signOut: () => void, help: () => void, keepTheme: (id: string) => void }} actions
 */
function avatarButton(session, { signOut, help, keepTheme }) {
  const user = /** @type {import("../lib/session.js").User} */ (session.user);
  // Whoever acts as somebody else does not get at that person's own account.
  const own = session.may("account.own");
  const element = h("button", {
    type: "button",
    class: "button ghost icon-only",
    "aria-haspopup": "menu",
    "aria-label": t("shell.account_of", { name: user.display_name || user.email }),
    title: user.email,
    onclick: () =>
      openMenu(element, [
        { heading: user.email },
        ...(own ? [{ label: t("shell.profile"), icon: "user", href: "/profile" }] : []),
        { label: t("shell.theme"), icon: "theme", run: () => themeMenu(element, keepTheme) },
        { label: t("shell.shortcuts"), icon: "keyboard", hint: "?", run: help },
        "-",
        { label: t("shell.sign_out"), icon: "sign_out", run: signOut },
      ], { label: t("shell.account") }),
  }, avatar(
    own || user.photo === "gravatar" ? user : { ...user, photo: null },
    { gravatar: session.settings.current.foreign_origins?.gravatar === true, own },
  ));
  return element;
}
