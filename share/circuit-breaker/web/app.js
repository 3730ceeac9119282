// @ts-check
import { api, ApiError, configureApi } from "./lib/api.js";
import { h, replace } from "./lib/dom.js";
import { setFormat } from "./lib/format.js";
import { loadMessages, t } from "./lib/i18n.js";
import { Live } from "./lib/live.js";
import { readPref } from "./lib/prefs.js";
import { use } from "./lib/registry.js";
import { Router } from "./lib/router.js";
import { Session } from "./lib/session.js";
import { googleFonts, setLook, startTheme, theme } from "./lib/theme.js";
import "./parts.js";
import { routes } from "./routes.js";
import { missingPage, shell } from "./shell/shell.js";
import { confirmed } from "./ui/dialog.js";
import { errorState } from "./ui/empty.js";
import { startKeys } from "./ui/keys.js";
import { configurePalette, registerSource } from "./ui/palette.js";
import { closePanel, configurePanel, panelGuard } from "./ui/panel.js";
import { toastError } from "./ui/toast.js";

const session = new Session();
const live = new Live();
const busyLine = h("div", { class: "busy-line", hidden: true, role: "progressbar", "aria-label": "Loading" });
/** @type {ReturnType<typeof shell> | null} */
let frame = null;

const mayLeave = (/** @type {string} */ reason) =>
  confirmed({
    title: t("shell.leave_title"),
    message: reason,
    verb: t("common.leave"),
    cancel: t("common.stay"),
    danger: true,
  });

/** @type {Router} */
const router = new Router({
  routes,
  show,
  mayLeave: async (reason) => (await mayLeave(reason)) && closePanel(true),
  context: () => ({ session, live, title: setTitle, startSession, keepTheme }),
  failed: (error) => h("section", { class: "page" }, errorState(error, () => void router.refresh())),
  missing: missingPage,
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
  if (route?.bare || !session.state.current) return void replace(document.body, busyLine, element);
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

/** @param {string} text @param {{ label: string, href?: string }[]} [crumbs] */
function setTitle(text, crumbs = []) {
  document.title = `${text} · ${session.settings.current.app_name || "Circuit Breaker"}`;
  frame?.bar.setCrumbs(text, crumbs);
}

/** Takes over who is signed in and how it should look. Called at the start and after signing in. */
async function startSession() {
  const state = await session.load();
  if (!state) return null;
  const settings = await api.get("settings", { open: true }).catch(() => ({}));
  session.settings.set(settings);
  googleFonts.set(settings.foreign_origins?.google_fonts === true);
  const user = state.user;
  // A guest's own choice is this browser's; a person's is the daemon's.
  const own = user ?? { theme: readPref("theme", null), font: readPref("font", null) };
  setLook({ theme: own.theme ?? settings.theme, font: own.font ?? settings.font });
  setFormat({ zone: user?.timezone ?? settings.timezone });
  const unfinished = state.setup_step && state.setup_step !== "done" && session.may("settings.edit");
  if (!unfinished) showFrame();
  return { ...state, unfinished };
}

/** @param {string} id */
async function keepTheme(id) {
  theme.set(id);
  if (!session.user) return;
  session.change({ theme: id });
  await api.patch("me", { theme: id }).catch((error) => toastError(error, t("shell.theme_not_kept")));
}

async function signOut() {
  await api.post("auth/sign-out", undefined, { open: true }).catch((error) => toastError(error));
  forget();
  await router.navigate("/sign-in", { force: true });
}

/** Nothing of the person who left stays in memory. */
function forget() {
  session.state.set(null);
  live.close();
  frame?.close();
  frame = null;
}

function toSignIn() {
  if (location.pathname === "/sign-in") return;
  const back = location.pathname + location.search;
  forget();
  void router.navigate(`/sign-in?return=${encodeURIComponent(back)}`, { replace: true, force: true });
}

async function start() {
  startTheme();
  await loadMessages("en", new URL("./locales/", import.meta.url));
  configurePanel(mayLeave);
  configurePalette((href) => void router.navigate(href));
  configureApi({
    signedOut: toSignIn,
    setupNeeded: () => void router.navigate("/setup", { replace: true, force: true }),
  });
  live.onRefused = () =>
    void session.load().then((state) => {
      if (!state) toSignIn();
    }, () => {});
  addEventListener("online", () => live.retry());
  addEventListener("beforeunload", (event) => {
    if (router.guard() || panelGuard()) event.preventDefault();
  });
  startKeys();
  void use("palette-sources").then((sources) => sources?.({ session }).forEach(registerSource)).catch(() => {});
  await router.start(await firstAddress());
}

/** Where to begin: the wizard while it is needed, the sign-in page for strangers, else the address; home is the map. */
async function firstAddress() {
  const here = location.pathname === "/" ? "/map" : location.pathname + location.search + location.hash;
  try {
    const state = await startSession();
    if (state?.unfinished) return "/setup";
    if (state || location.pathname === "/sign-in" || location.pathname === "/setup") return here;
    return `/sign-in?return=${encodeURIComponent(here)}`;
  } catch (error) {
    const refused = /** @type {import("./lib/api.js").ApiError} */ (error);
    if (refused.code === "setup_needed") return "/setup";
    replace(document.body, h("main", { class: "bare" }, errorState(refused, () => location.reload())));
    throw error;
  }
}

await start();
