// @ts-check
import { ApiError, configureApi } from "./lib/api.js";
import { h, replace } from "./lib/dom.js";
import { t } from "./lib/i18n.js";
import { firstLanguage, isLanguage, language, languageFor, speak } from "./lib/language.js";
import { forgetKinds } from "./lib/kinds.js";
import { branding, loadBranding } from "./lib/branding.js";
import { Live } from "./lib/live.js";
import { use } from "./lib/registry.js";
import { Router } from "./lib/router.js";
import { Session } from "./lib/session.js";
import { setLook, startTheme, theme } from "./lib/theme.js";
import { brandFavicon } from "./ui/brand.js";
import "./parts.js";
import { routes } from "./routes.js";
import { missingPage, shell } from "./shell/shell.js";
import { visit } from "./shell/visit.js";
import { confirmed } from "./ui/dialog.js";
import { errorState } from "./ui/empty.js";
import { startKeys } from "./ui/keys.js";
import { configurePalette, registerSource } from "./ui/palette.js";
import { closePanel, configurePanel, panelGuard } from "./ui/panel.js";

const session = new Session();
const live = new Live();
const busyLine = h("div", { class: "busy-line", hidden: true, role: "progressbar", });
/** @type {ReturnType<typeof shell> | null} */
let frame = null;

const mayLeave = (/** @type {string} */ reason) =>
  confirmed({
    isFinal: true,
    title: t("shell.leave_title"),
    message: reason,
    verb: t("common.leave"),
    cancel: t("common.stay"),
    danger: true,
  });

const { startSession, keepTheme, speakFor, signOut, toSignIn, firstAddress } = visit({
  session,
  navigate: (url, options) => router.navigate(url, options),
  arrived: () => void showFrame(),
  left: forget,
});

/** @type {Router} */
const router = new Router({
  routes,
  show,
  mayLeave: async (reason) => (await mayLeave(reason)) && closePanel(true),
  context: () => ({ session, live, title: setTitle, startSession, keepTheme, speakFor }),
  failed(error) {
    setTitle(t("shell.failed"));
    return h("section", { class: "page" }, errorState(error, () => void router.refresh()));
  },
  missing(url) {
    setTitle(t("shell.not_found"));
    return missingPage(url);
  },
  busy: (working) => void (busyLine.hidden = !working),
  top: () => frame?.main.scrollTop ?? 0,
  lost: panelGuard,
  admit: ({ needs }) => {
    if (needs && session.state.current && !session.may(needs)) {
      throw new ApiError(403, { code: "forbidden", message: t("shell.not_allowed") });
    }
  },
});

/** @param {HTMLElement} element @param {import("./lib/router.js").Route | null} route @param {number} top */
function show(element, route, top) {
  if (route?.bare || !session.state.current) {
    replace(document.body, busyLine, element);
    return meet();
  }
  const { main, mark } = showFrame();
  replace(main, element);
  mark();
  main.scrollTop = top;
  if (document.querySelector("dialog[open]") || element.contains(document.activeElement)) return;
  (/** @type {HTMLElement | null} */ (element.querySelector("h1")) ?? main).focus({ preventScroll: true });
}

function showFrame() {
  frame ??= shell({ session, live, navigate: (url) => void router.navigate(url), signOut, keepTheme });
  if (!frame.element.isConnected) replace(document.body, busyLine, frame.element);
  return frame;
}

let titled = "";
const nameTab = () => {
  document.title = `${titled} · ${session.settings.current.app_name || branding.current.app_name || "Circuit Breaker"}`;
};

/** Strangers are met in the language and the theme of this place, where they chose none themselves. */
function meet() {
  if (session.state.current) return;
  if (theme.current === "auto") setLook(branding.current);
  const code = languageFor(null, branding.current);
  if (isLanguage(branding.current.language) && code !== language.current) void speak(code);
}

/** @param {string} text @param {{ label: string, href?: string }[]} [crumbs] */
function setTitle(text, crumbs = []) {
  titled = text;
  nameTab();
  frame?.bar.setCrumbs(text, crumbs);
}

/** Whether somebody typed what is not saved yet. @param {boolean} [isOver]  the session ended: nothing is saved by leaving */
const typed = (isOver = false) => Boolean(router.guard(isOver) || panelGuard());

/** The session ended somewhere else. What was typed stays until its author decides. */
function signedOut() {
  if (!typed(true)) return toSignIn();
  void import("./shell/ended.js").then(({ sessionEnded }) => sessionEnded({ leave: toSignIn, back: () => live.retry() }), toSignIn);
}

/** Nothing of the person who left stays in memory. */
function forget() {
  live.close();
  frame?.close();
  frame = null;
}

/** Everything that says something is drawn anew in the language that is spoken now. */
function speakAnew() {
  busyLine.setAttribute("aria-label", t("common.loading"));
  forgetKinds();
  registerPalette();
  if (!frame) return void (document.querySelector("main.bare") && router.refresh());
  frame.close();
  frame = null;
  void router.refresh();
}

let palette = new AbortController();
function registerPalette() {
  palette.abort();
  palette = new AbortController();
  const { signal } = palette;
  void use("palette-sources").then((sources) =>
    signal.aborted ? [] : sources?.({ session }).forEach((source) => registerSource(source, signal))
  ).catch(() => {});
}

/** Where requests are stopped and the live connection is not, as by an extension of the browser, it is not made anew for each of them. */
const DOUBT_AGAIN_MS = 30_000;
let doubtedAt = -Infinity;
function doubtLive() {
  if (performance.now() - doubtedAt < DOUBT_AGAIN_MS) return;
  doubtedAt = performance.now();
  live.doubt();
}

/** What could not be read is read now. */
const isBack = () => void dispatchEvent(new Event("reconnected"));

async function start() {
  startTheme();
  brandFavicon();
  branding.watch(() => {
    if (titled) nameTab();
    if (document.querySelector("main.bare")) meet();
  });
  void loadBranding();
  await speak(firstLanguage());
  configurePanel(mayLeave);
  configurePalette((href) => void router.navigate(href));
  configureApi({
    signedOut,
    stepUp: async () => (await import("./shell/prove.js")).proveAgain(),
    unreachable: doubtLive,
    setupNeeded: () => void router.navigate("/setup", { replace: true, force: true }),
  });
  live.onRefused = () => {
    if (typed(true)) return void session.check().then((known) => known || signedOut());
    void session.load().then((state) => {
      if (!state) toSignIn();
    }, () => {});
  };
  // A handshake that is refused looks like a lost connection; asking tells which it is.
  let isLost = false;
  live.state.watch((state) => {
    if (state === "waiting" && session.state.current) void session.check().then((known) => known || signedOut());
    if (state === "open" && isLost) isBack();
    isLost = state === "waiting" || (isLost && state !== "open");
  });
  // Without a network a connection may look open for minutes.
  addEventListener("offline", () => live.doubt());
  addEventListener("online", () => {
    live.retry();
    isBack();
  });
  addEventListener("beforeunload", (event) => {
    if (typed()) event.preventDefault();
  });
  startKeys();
  const first = await firstAddress();
  let begun = false;
  language.watch(() => (begun ? speakAnew() : undefined));
  begun = true;
  busyLine.setAttribute("aria-label", t("common.loading"));
  // The first page comes before what only the palette needs.
  await router.start(first).finally(registerPalette);
}

await start();
