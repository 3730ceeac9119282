// @ts-check
/**
 * The pages. First match wins; one line each.
 *
 * @type {import("./lib/router.js").Route[]}
 */
export const routes = [
  { path: "/setup", load: () => import("./features/setup/setup.page.js"), bare: true },
  { path: "/sign-in", load: () => import("./features/sign-in/sign-in.page.js"), bare: true },
  { path: "/share", load: () => import("./features/map/share.page.js"), bare: true },
  { path: "/ca", load: () => import("./features/trust/trust.page.js"), bare: true },
  { path: "/profile/security", load: () => import("./features/security/security.page.js") },
  { path: "/reset-password", load: () => import("./features/reset/reset.page.js"), bare: true },
  { path: "/accept-invitation", load: () => import("./features/invitation/invitation.page.js"), bare: true },
  { path: "/profile", load: () => import("./features/profile/profile.page.js") },
  { path: "/settings/users/:id?", load: () => import("./features/users/users.page.js"), needs: "users.view" },
  { path: "/settings/tokens", load: () => import("./features/tokens/tokens.page.js"), needs: "tokens.manage" },
  { path: "/settings/sharing", load: () => import("./features/sharing/sharing.page.js"), needs: "map.share" },
  { path: "/settings/vault", load: () => import("./features/vault/vault.page.js"), needs: "vault.manage" },
  { path: "/settings/backups", load: () => import("./features/backups/backups.page.js"), needs: "backups.manage" },
  { path: "/settings/go-live", load: () => import("./features/go-live/go-live.page.js"), needs: "settings.edit" },
  { path: "/settings/invitations", load: () => import("./features/invitations/invitations.page.js"), needs: "users.view" },
  { path: "/settings/mail", load: () => import("./features/mail/mail.page.js"), needs: "settings.edit" },
  { path: "/settings/providers", load: () => import("./features/providers/providers.page.js"), needs: "settings.edit" },
  { path: "/settings/:section?", load: () => import("./features/settings/settings.page.js"), needs: "settings.view" },
  { path: "/audit", load: () => import("./features/audit/audit.page.js"), needs: "audit.view" },
  { path: "/status", load: () => import("./features/health/health.page.js"), needs: "status.view" },
  { path: "/map/single-points", load: () => import("./features/map/points.page.js"), needs: "map.view" },
  { path: "/map", load: () => import("./features/map/map.page.js"), needs: "map.view" },
  { path: "/inventory", load: () => import("./features/inventory/overview.page.js"), needs: "inventory.view" },
  { path: "/discovery", load: () => import("./features/discovery/discovery.page.js"), needs: "discovery.view" },
  { path: "/search", load: () => import("./features/search/search.page.js"), needs: "inventory.view" },
  { path: "/trash", load: () => import("./features/trash/trash.page.js"), needs: "inventory.view" },
  { path: "/address-plan", load: () => import("./features/plan/plan.page.js"), needs: "inventory.view" },
  { path: "/racks/:id/elevation", load: () => import("./features/racks/racks.page.js"), needs: "inventory.view" },
  { path: "/notes/:id?", load: () => import("./features/notes/notes.page.js"), needs: "inventory.view" },
  // the lists of all kinds; keep this the last line
  { path: "/:path/:id?", load: () => import("./features/inventory/inventory.page.js"), needs: "inventory.view" },
];
