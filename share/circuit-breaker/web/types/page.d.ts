import type { Live } from "../lib/live.js";
import type { Session } from "../lib/session.js";

/** What every page function gets. `signal` aborts when the page leaves: give it to every fetch, listener and watcher. */
export interface PageContext {
  params: Record<string, string>;
  query: URLSearchParams;
  live: Live;
  session: Session;
  signal: AbortSignal;
  /** Goes to an address of this application. */
  navigate(url: string, options?: { replace?: boolean; force?: boolean }): Promise<void>;
  /** Changes the query of the address without building the page anew. */
  setQuery(changes: Record<string, unknown>): void;
  /** `react` is called instead of building the page anew when only params or query of the same route change. */
  stay(react: (params: Record<string, string>, query: URLSearchParams) => boolean | void): void;
  /** `ask` returns a sentence while there is something to lose, else null. */
  guard(ask: (isOver?: boolean) => string | null): void;
  /** Loads who is signed in, after signing in; null when nobody is. */
  startSession(): Promise<any>;
  keepTheme(id: string): Promise<void>;
  /** Speaks the language that profile, browser and settings ask for now. */
  speakFor(): Promise<void>;
  /** Names the page in the top bar and the window title. */
  title(text: string, crumbs?: { label: string; href?: string }[]): void;
}

export type Page = (context: PageContext) => Promise<HTMLElement>;
