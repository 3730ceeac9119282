// Written by tools/preloads.mjs from routes.js and the imports of each page; boot.js reads it.
self.pages = [
  ["/setup", `
    features/setup/setup.account.js features/setup/setup.api.js features/setup/setup.css
    features/setup/setup.first-look.js features/setup/setup.look.js features/setup/setup.mail.js
    features/setup/setup.model.js features/setup/setup.page.js features/setup/setup.parts.js
    features/setup/setup.vault.js lib/address.js lib/form.js lib/region.js ui/combobox.js ui/fields.js ui/form.js
    ui/icon-picker.js ui/key-card.css ui/key-card.js ui/language.js ui/look.js ui/mail.js ui/more.js ui/picture.js
    ui/picture.model.js ui/pill.js ui/progress.js ui/region.js ui/time.js`],
  ["/sign-in", `
    features/sign-in/sign-in.enrol.js features/sign-in/sign-in.model.js features/sign-in/sign-in.page.js
    features/sign-in/sign-in.ways.js lib/address.js lib/form.js lib/passkeys.js ui/codes.js ui/combobox.js ui/fields.js
    ui/form.js ui/icon-picker.js ui/language.js ui/more.js ui/pill.js ui/qr.js ui/seed.js`],
  ["/share", `
    features/map/appearance.model.js features/map/camera.model.js features/map/drawing.model.js
    features/map/drawing.words.js features/map/edges.model.js features/map/filter.model.js
    features/map/gesture.model.js features/map/inertia.model.js features/map/labels.model.js
    features/map/legend.model.js features/map/loops.model.js features/map/map.css features/map/map.input.js
    features/map/map.legend.js features/map/map.minimap.js features/map/map.outline.js features/map/map.sight.js
    features/map/map.stage.js features/map/map.view.js features/map/marks.model.js features/map/outline.model.js
    features/map/pace.model.js features/map/render.canvas.js features/map/render.card.js features/map/render.coarse.js
    features/map/render.edges.js features/map/render.ground.js features/map/render.hulls.js
    features/map/render.labels.js features/map/render.nodes.js features/map/render.painting.js
    features/map/render.palette.js features/map/render.pictures.js features/map/render.sprites.js
    features/map/scene.model.js features/map/selection.model.js features/map/share.drawings.js
    features/map/share.model.js features/map/share.page.js features/map/signs.model.js features/map/slices.model.js
    features/map/spatial.model.js features/map/time.model.js features/map/time.sign.js features/map/tree.model.js
    features/map/wording.model.js features/map/words.model.js ui/bare.js ui/language.js ui/time.js`],
  ["/ca", `
    features/trust/trust.css features/trust/trust.model.js features/trust/trust.page.js`],
  ["/profile/security", `
    features/security/security.css features/security/security.factors.js features/security/security.model.js
    features/security/security.page.js features/security/security.sessions.js lib/address.js lib/form.js
    lib/passkeys.js shell/profile-tabs.js ui/codes.js ui/combobox.js ui/fields.js ui/form.js ui/icon-picker.js
    ui/more.js ui/pill.js ui/progress.js ui/qr.js ui/seed.js ui/time.js`],
  ["/reset-password", `
    features/reset/reset.page.js lib/address.js lib/form.js ui/bare.js ui/combobox.js ui/fields.js ui/form.js
    ui/icon-picker.js ui/language.js ui/more.js ui/new-password.js ui/pill.js`],
  ["/accept-invitation", `
    features/invitation/invitation.page.js lib/address.js lib/form.js ui/bare.js ui/combobox.js ui/fields.js ui/form.js
    ui/icon-picker.js ui/language.js ui/more.js ui/new-password.js ui/pill.js ui/time.js`],
  ["/profile", `
    features/profile/profile.identities.js features/profile/profile.page.js lib/address.js lib/form.js lib/region.js
    shell/profile-tabs.js ui/combobox.js ui/fields.js ui/form.js ui/icon-picker.js ui/look.js ui/more.js ui/picture.js
    ui/picture.model.js ui/pill.js ui/time.js`],
  ["/settings/users/:id?", `
    features/users/users.access.js features/users/users.api.js features/users/users.css features/users/users.model.js
    features/users/users.page.js lib/address.js lib/form.js shell/settings-list.js ui/combobox.js ui/fields.js
    ui/form.js ui/icon-picker.js ui/more.js ui/pill.js ui/table.edit.js ui/table.js ui/table.keys.js ui/table.marks.js
    ui/table.model.js ui/table.rows.js ui/table.window.js ui/time.js`],
  ["/settings/tokens", `
    features/tokens/tokens.css features/tokens/tokens.model.js features/tokens/tokens.page.js lib/address.js
    lib/form.js shell/settings-list.js ui/combobox.js ui/fields.js ui/form.js ui/icon-picker.js ui/more.js ui/pill.js
    ui/table.edit.js ui/table.js ui/table.keys.js ui/table.marks.js ui/table.model.js ui/table.rows.js
    ui/table.window.js ui/time.js`],
  ["/settings/sharing", `
    features/sharing/sharing.model.js features/sharing/sharing.page.js shell/settings-list.js ui/more.js
    ui/table.edit.js ui/table.js ui/table.keys.js ui/table.marks.js ui/table.model.js ui/table.rows.js
    ui/table.window.js ui/time.js`],
  ["/settings/vault", `
    features/vault/vault.css features/vault/vault.model.js features/vault/vault.page.js ui/key-card.css ui/key-card.js
    ui/more.js ui/progress.js ui/time.js`],
  ["/settings/backups", `
    features/backups/backups.actions.js features/backups/backups.css features/backups/backups.job.js
    features/backups/backups.model.js features/backups/backups.page.js features/backups/backups.settings.js
    features/backups/backups.sheet.js features/backups/backups.targets.js lib/address.js lib/form.js ui/combobox.js
    ui/fields.js ui/form.js ui/icon-picker.js ui/more.js ui/pill.js ui/progress.js ui/time.js`],
  ["/settings/go-live", `
    features/go-live/go-live.css features/go-live/go-live.model.js features/go-live/go-live.page.js ui/more.js
    ui/time.js`],
  ["/settings/invitations", `
    features/invitations/invitations.page.js lib/address.js lib/form.js shell/settings-list.js ui/combobox.js
    ui/fields.js ui/form.js ui/icon-picker.js ui/more.js ui/pill.js ui/table.edit.js ui/table.js ui/table.keys.js
    ui/table.marks.js ui/table.model.js ui/table.rows.js ui/table.window.js ui/time.js`],
  ["/settings/mail", `
    features/mail/mail.page.js lib/address.js lib/form.js ui/combobox.js ui/fields.js ui/form.js ui/icon-picker.js
    ui/mail.js ui/more.js ui/pill.js ui/progress.js ui/time.js`],
  ["/settings/providers", `
    features/providers/providers.model.js features/providers/providers.page.js lib/address.js lib/form.js
    shell/settings-list.js ui/combobox.js ui/fields.js ui/form.js ui/icon-picker.js ui/more.js ui/pill.js
    ui/table.edit.js ui/table.js ui/table.keys.js ui/table.marks.js ui/table.model.js ui/table.rows.js
    ui/table.window.js`],
  ["/settings/:section?", `
    features/settings/settings.branding.js features/settings/settings.css features/settings/settings.model.js
    features/settings/settings.page.js features/settings/settings.profile.js lib/address.js lib/form.js lib/region.js
    ui/combobox.js ui/fields.js ui/form.js ui/icon-picker.js ui/look.js ui/more.js ui/pill.js ui/region.js`],
  ["/audit", `
    /api/v1/kinds features/audit/audit.css features/audit/audit.entry.js features/audit/audit.keeping.js
    features/audit/audit.model.js features/audit/audit.page.js features/audit/audit.values.js
    features/audit/audit.words.js lib/address.js lib/form.js lib/values.js ui/combobox.js ui/fields.js ui/form.js
    ui/icon-picker.js ui/more.js ui/pill.js ui/table.edit.js ui/table.js ui/table.keys.js ui/table.marks.js
    ui/table.model.js ui/table.rows.js ui/table.window.js ui/time.js`],
  ["/status", `
    features/health/health.css features/health/health.model.js features/health/health.page.js lib/values.js ui/more.js
    ui/time.js`],
  ["/map/single-points", `
    /api/v1/kinds features/map/impact.model.js features/map/impact.words.js features/map/map.api.js
    features/map/map.css features/map/points.model.js features/map/points.page.js ui/more.js ui/progress.js
    ui/table.edit.js ui/table.js ui/table.keys.js ui/table.marks.js ui/table.model.js ui/table.rows.js
    ui/table.window.js`],
  ["/map", `
    /api/v1/kinds features/map/appearance.model.js features/map/arrange.model.js features/map/camera.model.js
    features/map/company.model.js features/map/drawing.model.js features/map/drawing.words.js
    features/map/edges.model.js features/map/export.model.js features/map/filter.model.js features/map/gesture.model.js
    features/map/graph.model.js features/map/history.model.js features/map/impact.model.js features/map/impact.words.js
    features/map/inertia.model.js features/map/labels.model.js features/map/legend.model.js features/map/loops.model.js
    features/map/map.actions.js features/map/map.api.js features/map/map.bar.js features/map/map.company.js
    features/map/map.covers.js features/map/map.css features/map/map.drawing-editor.js features/map/map.drawings.js
    features/map/map.dresser.js features/map/map.editor.js features/map/map.export.js features/map/map.finder.js
    features/map/map.history.js features/map/map.impact.js features/map/map.input.js features/map/map.keys.js
    features/map/map.later.js features/map/map.layouts.js features/map/map.legend.js features/map/map.line-editor.js
    features/map/map.look-editor.js features/map/map.maps.js features/map/map.minimap.js features/map/map.news.js
    features/map/map.outline.js features/map/map.over.js features/map/map.page.js features/map/map.panel.js
    features/map/map.parts.js features/map/map.past.js features/map/map.place-editor.js features/map/map.sight.js
    features/map/map.stage.js features/map/map.store.js features/map/map.targets.js features/map/map.thing-editor.js
    features/map/map.time.css features/map/map.tools.js features/map/map.view.js features/map/map.views.js
    features/map/marks.model.js features/map/outline.model.js features/map/pace.model.js features/map/relate.model.js
    features/map/render.canvas.js features/map/render.card.js features/map/render.coarse.js
    features/map/render.edges.js features/map/render.ground.js features/map/render.hulls.js
    features/map/render.labels.js features/map/render.nodes.js features/map/render.painting.js
    features/map/render.palette.js features/map/render.pictures.js features/map/render.sprites.js
    features/map/scene.model.js features/map/seat.model.js features/map/selection.model.js features/map/signs.model.js
    features/map/slices.model.js features/map/spatial.model.js features/map/time.model.js features/map/time.sign.js
    features/map/tree.model.js features/map/unsaved.model.js features/map/view.model.js features/map/wording.model.js
    features/map/words.model.js lib/newest.js lib/query.js lib/suggest.js ui/checks.js ui/icon-picker.js ui/more.js
    ui/query-help.js ui/query-line.js ui/time.js`],
  ["/inventory", `
    /api/v1/kinds features/inventory/inventory.css features/inventory/overview.page.js ui/more.js`],
  ["/discovery", `
    features/discovery/discovery.api.js features/discovery/discovery.css features/discovery/discovery.model.js
    features/discovery/discovery.page.js features/discovery/discovery.proposals.js lib/values.js ui/more.js
    ui/progress.js ui/time.js`],
  ["/search", `
    /api/v1/kinds features/search/search.api.js features/search/search.css features/search/search.model.js
    features/search/search.page.js lib/newest.js ui/more.js ui/progress.js ui/query-help.js`],
  ["/trash", `
    /api/v1/kinds features/trash/trash.api.js features/trash/trash.model.js features/trash/trash.page.js ui/more.js
    ui/pill.js ui/progress.js ui/table.edit.js ui/table.js ui/table.keys.js ui/table.marks.js ui/table.model.js
    ui/table.rows.js ui/table.window.js ui/time.js`],
  ["/address-plan", `
    /api/v1/kinds features/plan/plan.api.js features/plan/plan.css features/plan/plan.model.js
    features/plan/plan.page.js features/plan/plan.reserve.js ui/more.js ui/progress.js`],
  ["/racks/:id/elevation", `
    features/racks/racks.api.js features/racks/racks.carry.js features/racks/racks.css
    features/racks/racks.elevation.js features/racks/racks.model.js features/racks/racks.page.js
    features/racks/racks.summary.js lib/newest.js lib/query.js ui/more.js ui/progress.js`],
  ["/notes/:id?", `
    /api/v1/kinds features/notes/notes.api.js features/notes/notes.css features/notes/notes.edit.js
    features/notes/notes.files.js features/notes/notes.model.js features/notes/notes.page.js
    features/notes/notes.read.js lib/newest.js lib/query.js ui/combobox.js ui/markdown.js ui/markdown.model.js
    ui/more.js ui/pill.js ui/progress.js ui/time.js`],
  ["/:path/:id", `
    /api/v1/kinds features/inventory/catalogue.model.js features/inventory/columns.model.js
    features/inventory/events.model.js features/inventory/form.model.js features/inventory/history.model.js
    features/inventory/inventory.api.js features/inventory/inventory.css features/inventory/inventory.page.js
    features/inventory/list.cells.js features/inventory/list.filter.js features/inventory/list.inline.js
    features/inventory/list.look.js features/inventory/list.menus.js features/inventory/list.source.js
    features/inventory/list.views.js features/inventory/object.catalogue.js features/inventory/object.conflicts.js
    features/inventory/object.custom.js features/inventory/object.facts.js features/inventory/object.form.js
    features/inventory/object.history.js features/inventory/object.lookup.js features/inventory/object.merge.js
    features/inventory/object.nextfree.js features/inventory/object.panel.js features/inventory/object.relations.js
    features/inventory/object.remove.js features/inventory/object.sections.js features/inventory/object.words.js
    features/inventory/query.model.js features/inventory/relations.model.js lib/address.js lib/form.js lib/newest.js
    lib/query.js lib/suggest.js lib/values.js ui/checks.js ui/combobox.js ui/fields.js ui/form.js ui/icon-picker.js
    ui/markdown.js ui/markdown.model.js ui/more.js ui/pill.js ui/progress.js ui/query-help.js ui/query-line.js
    ui/table.edit.js ui/table.js ui/table.keys.js ui/table.marks.js ui/table.model.js ui/table.rows.js
    ui/table.window.js ui/time.js`],
  ["/:path/:id?", `
    /api/v1/kinds features/inventory/columns.model.js features/inventory/events.model.js
    features/inventory/form.model.js features/inventory/inventory.api.js features/inventory/inventory.css
    features/inventory/inventory.page.js features/inventory/list.cells.js features/inventory/list.filter.js
    features/inventory/list.inline.js features/inventory/list.look.js features/inventory/list.menus.js
    features/inventory/list.source.js features/inventory/list.views.js features/inventory/object.lookup.js
    features/inventory/object.words.js features/inventory/query.model.js lib/address.js lib/form.js lib/newest.js
    lib/query.js lib/suggest.js lib/values.js ui/checks.js ui/combobox.js ui/fields.js ui/icon-picker.js ui/more.js
    ui/pill.js ui/progress.js ui/query-help.js ui/query-line.js ui/table.edit.js ui/table.js ui/table.keys.js
    ui/table.marks.js ui/table.model.js ui/table.rows.js ui/table.window.js ui/time.js`],
];
