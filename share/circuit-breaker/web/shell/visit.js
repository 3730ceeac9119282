// @ts-check
import { api } from "../lib/api.js";
import { h, replace } from "../lib/dom.js";
import { forgetEarly } from "../lib/early.js";
import { setFormat } from "../lib/format.js";
import { t } from "../lib/i18n.js";
import { language, languageFor, speak } from "../lib/language.js";
import { readPref } from "../lib/prefs.js";
import { googleFonts, setLook, theme } from "../lib/theme.js";
import { errorState } from "../ui/empty.js";
import { toastError } from "../ui/toast.js";

/** Pages for people who are not signed in. */
const OPEN = ["/sign-in", "/setup", "/reset-password", "/accept-invitation", "/share"];

/**
 * Coming and going: who is signed in, how it looks for them, where they begin, and that nothing stays when they leave.
 *
 * @param {{ session: import("../lib/session.js").Session, navigate: import("../types/page.js").PageContext["navigate"],
 *   arrived: () => void, left: () => void }} parts
 */
export function visit({ session, navigate, arrived, left }) {
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
    await speakFor();
    const unfinished = state.setup_step && state.setup_step !== "done" && session.may("settings.edit");
    if (!unfinished) arrived();
    return { ...state, unfinished };
  }

  /** Speaks the language of whoever is signed in, when it is another one than now. */
  async function speakFor() {
    const code = languageFor(session.user, session.settings.current);
    if (code !== language.current) await speak(code);
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
    await navigate("/sign-in", { force: true });
  }

  function forget() {
    forgetEarly();
    session.state.set(null);
    left();
  }

  /** The session has ended elsewhere: sign in, then go on where one was. */
  function toSignIn() {
    if (OPEN.includes(location.pathname)) return;
    const back = location.pathname + location.search;
    forget();
    void navigate(`/sign-in?return=${encodeURIComponent(back)}`, { replace: true, force: true });
  }

  /** The wizard while it is needed, the sign-in page for strangers, else the address; home is the map. */
  async function firstAddress() {
    const here = location.pathname === "/" ? "/map" : location.pathname + location.search + location.hash;
    if (location.pathname === "/ca") {
      // For whoever does not trust this machine yet, signed in or not, set up or not.
      await startSession().catch(() => null);
      return here;
    }
    try {
      const state = await startSession();
      if (state?.unfinished) return "/setup";
      if (state?.must) return "/profile/security";
      if (state || OPEN.includes(location.pathname)) return here;
      return `/sign-in?return=${encodeURIComponent(here)}`;
    } catch (error) {
      const refused = /** @type {import("../lib/api.js").ApiError} */ (error);
      if (refused.code === "setup_needed") return "/setup";
      replace(document.body, h("main", { class: "bare" }, errorState(refused, () => location.reload())));
      throw error;
    }
  }

  return { startSession, keepTheme, speakFor, signOut, toSignIn, firstAddress };
}
