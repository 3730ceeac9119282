// @ts-check
import { api } from "./api.js";
import { Signal } from "./signal.js";

/**
 * Who sits in front of the page, and what they may do. One instance, made by app.js.
 *
 * @typedef {{ id: number, email: string, display_name: string, role: string, gravatar_hash?: string,
 *   language?: string | null, theme?: string | null, font?: string | null, timezone?: string | null,
 *   force_password_change?: boolean, photo?: string | null, photo_version?: string | null }} User
 * @typedef {{ user: User | null, caller?: string, permissions: string[], expires_at?: string | null,
 *   setup_step?: string | null, profile?: string, must?: string | null, proven_until?: string | null,
 *   acting?: { by: string, until: string } | null }} SessionState
 */
export class Session {
  constructor() {
    /** @type {Signal<SessionState | null>} null = nobody, sign-in needed */
    this.state = new Signal(/** @type {SessionState | null} */ (null));
  }

  /** @type {Signal<Record<string, any>>} What is set for everyone; empty until read. */
  settings = new Signal(/** @type {Record<string, any>} */ ({}));

  get user() {
    return this.state.current?.user ?? null;
  }

  /** @param {string} permission  such as `inventory.edit` */
  may(permission) {
    return this.state.current?.permissions.includes(permission) ?? false;
  }

  /** Asks the daemon. Resolves to the state, to null when nobody is signed in; `setup_needed` rejects. */
  async load() {
    try {
      this.state.set(await api.get("auth/session", { open: true }));
    } catch (error) {
      if (/** @type {any} */ (error).status !== 401) throw error;
      this.state.set(null);
    }
    return this.state.current;
  }

  /** False only when the daemon says that nobody is signed in. */
  async check() {
    try {
      await api.get("auth/session", { open: true });
      return true;
    } catch (error) {
      return /** @type {any} */ (error).status !== 401;
    }
  }

  /** @param {Partial<User>} changes */
  change(changes) {
    const state = this.state.current;
    if (state?.user) this.state.set({ ...state, user: { ...state.user, ...changes } });
  }
}
