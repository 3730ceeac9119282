// @ts-check
/**
 * The pages. First match wins; one line each.
 *
 * @type {import("./lib/router.js").Route[]}
 */
export const routes = [
  { path: "/setup", load: () => import("./features/setup/setup.page.js"), bare: true },
  { path: "/sign-in", load: () => import("./features/sign-in/sign-in.page.js"), bare: true },
  { path: "/profile", load: () => import("./features/profile/profile.page.js") },
  { path: "/settings/users/:id?", load: () => import("./features/users/users.page.js"), needs: "users.view" },
  { path: "/settings/tokens", load: () => import("./features/tokens/tokens.page.js"), needs: "tokens.manage" },
  { path: "/settings/:section?", load: () => import("./features/settings/settings.page.js"), needs: "settings.view" },
  { path: "/audit", load: () => import("./features/audit/audit.page.js"), needs: "audit.view" },
  { path: "/status", load: () => import("./features/health/health.page.js"), needs: "status.view" },
  // inventory, search, discovery and map
];
