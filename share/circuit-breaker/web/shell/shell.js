// @ts-check
import { icon } from "../icons/icons.js";
import { h, replace } from "../lib/dom.js";
import { t } from "../lib/i18n.js";
import { openDialog } from "../ui/dialog.js";
import { activeShortcuts, shortcut } from "../ui/keys.js";
import { fittingItems, openPalette, registerSource } from "../ui/palette.js";
import { topBar } from "./bar.js";
import { commandSources } from "./commands.js";
import { placesFor } from "./nav.js";
import { notices } from "./notices.js";
import { navigation } from "./rail.js";

/**
 * The frame around pages: bar, notices, rail, main, panel, dock. Built once; bare pages (sign-in, wizard) stand
 * without it.
 *
 * @param {{ session: import("../lib/session.js").Session, live: import("../lib/live.js").Live,
 *   navigate: (url: string) => void,
 *   signOut: () => void, keepTheme: (id: string) => void }} parts
 */
export function shell({ session, live, navigate, signOut, keepTheme }) {
  const end = new AbortController(), { signal } = end;
  const bar = topBar(session, live, { signOut, help, keepTheme }, signal);
  const nav = navigation(session, signal);
  const banner = notices(session, live, signal);
  const main = h("main", { id: "main", tabIndex: -1 });
  const panel = h("aside", { id: "panel", hidden: true });
  const busy = h("div", { class: "busy-line", hidden: true });
  const element = h(
    "div",
    { id: "app" },
    h("a", {
      class: "skip",
      href: "#main",
      onclick: (/** @type {Event} */ event) => {
        event.preventDefault();
        main.focus();
      },
    }, t("shell.skip")),
    bar.element,
    banner.element,
    nav.rail,
    main,
    panel,
    nav.dock,
  );

  for (const place of placesFor({ may: () => true })) {
    if (place.keys) {
      shortcut({
        keys: place.keys,
        label: place.label,
        group: t("palette.go"),
        run: () => navigate(place.href),
      }, signal);
    }
  }
  shortcut({ keys: "ctrl+k", label: t("palette.label"), anywhere: true, run: () => openPalette() }, signal);
  shortcut({ keys: "?", label: t("shell.shortcuts"), run: help }, signal);
  shortcut({
    keys: "/",
    label: t("shell.filter"),
    run: () => {
      const field = /** @type {HTMLElement | null} */ (main.querySelector(".filter-field, input[type=search]"));
      if (field) field.focus();
      else openPalette();
    },
  }, signal);
  registerSource({
    id: "places",
    label: t("palette.go"),
    order: 50,
    load: (text) =>
      fittingItems(placesFor(session).map(({ href, label, icon, keys }) => ({ href, label, icon, keys })), text),
  }, signal);
  registerSource({
    id: "commands",
    label: t("palette.do"),
    order: 60,
    load: (text) =>
      text === "" ? [] : fittingItems([
        ...(session.user
          ? [{ label: t("shell.profile"), icon: "user", href: "/profile" }, {
            label: t("shell.sign_out"),
            icon: "sign_out",
            run: signOut,
          }]
          : []),
        { label: t("shell.shortcuts"), icon: "keyboard", run: help, keys: "?" },
      ], text),
  }, signal);

  for (const source of commandSources({ session, keepTheme })) registerSource(source, signal);

  return { element, main, bar, busy, mark: nav.mark, close: () => end.abort() };
}

/** What the keyboard can do here. */
export function help() {
  /** @type {Map<string, Map<string, string>>} by group and label: what does the same stands in one row */
  const groups = new Map([["", new Map([
    [t("shell.keys_move"), "j k"],
    [t("shell.keys_mark"), "x"],
    [t("shell.keys_open"), "Enter"],
    [t("shell.keys_close"), "Escape"],
  ])]]);
  for (const { keys, label, group = "" } of activeShortcuts()) {
    const rows = groups.get(group) ?? new Map();
    groups.set(group, rows.set(label, [rows.get(label), keys].filter(Boolean).join(" ")));
  }
  const body = [...groups].map(([group, rows]) =>
    h(
      "section",
      {},
      group && h("h3", {}, group),
      h(
        "dl",
        { class: "facts" },
        [...rows].map(([label, keys]) => [h("dt", { class: "row wrap" }, keyNames(keys)), h("dd", {}, label)]),
      ),
    )
  );
  void openDialog({ title: t("shell.shortcuts"), wide: true, body: h("div", { class: "keys-help" }, body) });
}

/** @param {string} keys  `g h` or `ctrl+shift+ArrowLeft`, as they stand on the keys */
function keyNames(keys) {
  const words = /** @type {Record<string, string>} */ ({
    ctrl: t("common.key_ctrl"), shift: "⇧", Delete: t("common.key_delete"), Escape: "Esc", ArrowLeft: "←", ArrowRight: "→",
    ArrowUp: "↑", ArrowDown: "↓",
  });
  const word = (/** @type {string} */ part, /** @type {number} */ at) => words[part] ?? (at > 0 ? part.toUpperCase() : part);
  return keys.split(" ").map((key) => h("kbd", {}, key.split("+").map(word).join(" ")));
}

/**
 * A page of its own for a missing address.
 *
 * @param {URL} url
 */
export function missingPage(url) {
  const element = h("section", { class: "page" });
  replace(
    element,
    h(
      "div",
      { class: "empty" },
      icon("map", { class: "big" }),
      h("h1", { tabIndex: -1 }, t("shell.not_found")),
      h("p", { class: "quiet" }, t("shell.not_found_text", { path: url.pathname })),
      h("a", { class: "button primary", href: "/map" }, t("shell.home")),
    ),
  );
  return element;
}
