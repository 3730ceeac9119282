-- Written by tools/generate.sh from a fresh install; read, do not edit.

CREATE TABLE addresses (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    address TEXT NOT NULL,
    address_key TEXT,
    holder_id BIGINT REFERENCES objects (id),
    interface_id BIGINT REFERENCES objects (id),
    network_id BIGINT REFERENCES objects (id),
    assignment TEXT,
    hostname TEXT
);

CREATE INDEX addresses_by_address ON addresses (address_key);

CREATE INDEX addresses_by_holder_id ON addresses (holder_id);

CREATE INDEX addresses_by_interface_id ON addresses (interface_id);

CREATE INDEX addresses_by_network_id ON addresses (network_id);

CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    token_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    owner_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    last_used_at BIGINT,
    last_used_from TEXT
);

CREATE INDEX api_tokens_by_owner ON api_tokens (owner_id);

CREATE TABLE app_settings (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    profile TEXT NOT NULL CHECK (profile IN ('lab', 'hardened')),
    open_reading BIGINT NOT NULL CHECK (open_reading IN (0, 1)),
    theme TEXT NOT NULL,
    font TEXT NOT NULL,
    language TEXT NOT NULL,
    timezone TEXT NOT NULL,
    city TEXT,
    latitude DOUBLE PRECISION CHECK (latitude BETWEEN -90 AND 90),
    longitude DOUBLE PRECISION CHECK (longitude BETWEEN -180 AND 180),
    units TEXT NOT NULL CHECK (units IN ('c', 'f')),
    app_name TEXT NOT NULL,
    session_idle_minutes BIGINT NOT NULL CHECK (session_idle_minutes > 0),
    session_absolute_hours BIGINT NOT NULL CHECK (session_absolute_hours > 0),
    gravatar BIGINT NOT NULL CHECK (gravatar IN (0, 1)),
    google_fonts BIGINT NOT NULL CHECK (google_fonts IN (0, 1)),
    open_meteo BIGINT NOT NULL CHECK (open_meteo IN (0, 1))
);

CREATE TABLE audit_anchors (
    last_id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    removed BIGINT NOT NULL,
    at BIGINT NOT NULL,
    public_key TEXT NOT NULL,
    signature TEXT NOT NULL
);

CREATE TABLE audit_checkpoints (
    last_id INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    removed BIGINT NOT NULL,
    at BIGINT NOT NULL,
    public_key TEXT NOT NULL,
    signature TEXT NOT NULL
);

CREATE TABLE audit_end (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    last_id BIGINT NOT NULL,
    hash TEXT NOT NULL
);

CREATE TABLE audit_keys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    made_at BIGINT NOT NULL,
    public_key TEXT NOT NULL UNIQUE,
    seed_sealed TEXT NOT NULL
);

CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BIGINT,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    severity TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id BIGINT,
    entity_name TEXT NOT NULL,
    before_json TEXT,
    after_json TEXT,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE INDEX audit_log_by_action ON audit_log (action, id);

CREATE INDEX audit_log_by_entity ON audit_log (entity, entity_id, id);

CREATE INDEX audit_log_by_severity ON audit_log (severity, id);

CREATE INDEX audit_log_by_time ON audit_log (at, id);

CREATE TABLE audit_retention (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    keep_days BIGINT CHECK (keep_days > 0),
    at_hour BIGINT NOT NULL CHECK (at_hour BETWEEN 0 AND 23),
    ran_at BIGINT,
    outcome TEXT
);

CREATE TABLE backup_copies (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    target_id BIGINT NOT NULL REFERENCES backup_targets (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('person', 'schedule', 'timer', 'upload', 'replaced')),
    key_id TEXT,
    stored_at BIGINT NOT NULL,
    verified_at BIGINT,
    problem TEXT,
    UNIQUE (target_id, name)
);

CREATE TABLE backup_jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('create', 'verify', 'rehearse', 'restore', 'drill', 'prune')),
    origin TEXT NOT NULL CHECK (origin IN ('person', 'schedule', 'timer')),
    state TEXT NOT NULL CHECK (state IN ('running', 'done', 'failed', 'cancelled', 'interrupted')),
    backup_name TEXT,
    started_by TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    problem TEXT,
    report TEXT
);

CREATE INDEX backup_jobs_by_kind ON backup_jobs (kind, origin, id);

CREATE TABLE backup_settings (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    backup_key TEXT,
    key_id TEXT,
    key_set_at BIGINT,
    timezone TEXT NOT NULL,
    schedule TEXT NOT NULL,
    schedule_since BIGINT NOT NULL,
    keep TEXT NOT NULL,
    drill TEXT NOT NULL,
    drill_since BIGINT NOT NULL
);

CREATE TABLE backup_targets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('local', 'directory', 's3')),
    is_enabled BIGINT NOT NULL CHECK (is_enabled IN (0, 1)),
    path TEXT,
    endpoint TEXT,
    region TEXT,
    bucket TEXT,
    folder TEXT,
    key_id TEXT,
    secret TEXT,
    authorities TEXT,
    changed_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE branding (
    place TEXT PRIMARY KEY CHECK (place IN ('logo', 'background', 'favicon')),
    content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
    content TEXT NOT NULL,
    version TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE categories (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    color TEXT,
    description TEXT
);

CREATE TABLE cluster_members (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    cluster_id BIGINT NOT NULL REFERENCES objects (id),
    member_id BIGINT NOT NULL REFERENCES objects (id),
    role TEXT
);

CREATE INDEX cluster_members_by_cluster_id ON cluster_members (cluster_id);

CREATE INDEX cluster_members_by_member_id ON cluster_members (member_id);

CREATE TABLE clusters (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    type TEXT,
    location_id BIGINT REFERENCES objects (id),
    environment_id BIGINT REFERENCES objects (id),
    description TEXT
, members_needed BIGINT);

CREATE INDEX clusters_by_environment_id ON clusters (environment_id);

CREATE INDEX clusters_by_location_id ON clusters (location_id);

CREATE TABLE compute_units (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    type TEXT NOT NULL,
    hardware_id BIGINT REFERENCES objects (id),
    platform TEXT,
    guest_id TEXT,
    image TEXT,
    environment_id BIGINT REFERENCES objects (id),
    hostname TEXT,
    ip_address TEXT,
    ip_address_key TEXT,
    mac TEXT,
    download_speed_mbps BIGINT,
    upload_speed_mbps BIGINT,
    os TEXT,
    os_version TEXT,
    cpu TEXT,
    cpu_cores BIGINT,
    memory_mb BIGINT,
    disk_gb BIGINT,
    starts_at_boot BIGINT CHECK (starts_at_boot IN (0, 1))
, moves_between_hosts BIGINT CHECK (moves_between_hosts IN (0, 1)));

CREATE INDEX compute_units_by_environment_id ON compute_units (environment_id);

CREATE INDEX compute_units_by_hardware_id ON compute_units (hardware_id);

CREATE INDEX compute_units_by_ip_address ON compute_units (ip_address_key);

CREATE INDEX compute_units_by_mac ON compute_units (mac);

CREATE TABLE connections (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    from_id BIGINT NOT NULL REFERENCES objects (id),
    from_port TEXT,
    to_id BIGINT NOT NULL REFERENCES objects (id),
    to_port TEXT,
    medium TEXT,
    speed_mbps BIGINT,
    cable_label TEXT,
    cable_color TEXT,
    cable_length_m DOUBLE PRECISION
);

CREATE INDEX connections_by_from_id ON connections (from_id);

CREATE INDEX connections_by_to_id ON connections (to_id);

CREATE TABLE custom_fields (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    for_kind TEXT,
    type TEXT NOT NULL,
    choices TEXT,
    help TEXT
);

CREATE TABLE dependencies (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    from_id BIGINT NOT NULL REFERENCES objects (id),
    to_id BIGINT NOT NULL REFERENCES objects (id),
    purpose TEXT,
    strength TEXT
, alternative TEXT);

CREATE INDEX dependencies_by_from_id ON dependencies (from_id);

CREATE INDEX dependencies_by_to_id ON dependencies (to_id);

CREATE TABLE discovery_links (
    link_key TEXT PRIMARY KEY,
    object_id BIGINT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    accepted_at BIGINT NOT NULL,
    accepted_by TEXT NOT NULL
);

CREATE INDEX discovery_links_by_object ON discovery_links (object_id);

CREATE TABLE discovery_told (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    digest TEXT NOT NULL
);

CREATE TABLE environments (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    color TEXT,
    description TEXT
);

CREATE TABLE external_nodes (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    provider TEXT,
    type TEXT,
    region TEXT,
    hostname TEXT,
    ip_address TEXT,
    ip_address_key TEXT,
    url TEXT,
    environment_id BIGINT REFERENCES objects (id)
);

CREATE INDEX external_nodes_by_environment_id ON external_nodes (environment_id);

CREATE INDEX external_nodes_by_ip_address ON external_nodes (ip_address_key);

CREATE TABLE first_run (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    step TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    finished_at BIGINT
);

CREATE TABLE hardware (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    role TEXT,
    vendor TEXT,
    model TEXT,
    serial_number TEXT,
    asset_tag TEXT,
    environment_id BIGINT REFERENCES objects (id),
    hostname TEXT,
    ip_address TEXT,
    ip_address_key TEXT,
    management_ip TEXT,
    management_ip_key TEXT,
    mac TEXT,
    port_count BIGINT,
    wan_uplink TEXT,
    download_speed_mbps BIGINT,
    upload_speed_mbps BIGINT,
    wifi_standards TEXT,
    wifi_bands TEXT,
    max_tx_power_dbm BIGINT,
    cpu TEXT,
    cpu_cores BIGINT,
    cpu_threads BIGINT,
    memory_mb BIGINT,
    os TEXT,
    os_version TEXT,
    software_platform TEXT,
    firmware_version TEXT,
    power_watts BIGINT,
    power_max_watts BIGINT,
    power_supplies BIGINT,
    location_id BIGINT REFERENCES objects (id),
    rack_id BIGINT REFERENCES objects (id),
    rack_unit BIGINT,
    height_units BIGINT,
    rack_face TEXT,
    is_full_depth BIGINT CHECK (is_full_depth IN (0, 1)),
    weight_kg DOUBLE PRECISION,
    purchased_on TEXT,
    warranty_until TEXT
);

CREATE INDEX hardware_by_environment_id ON hardware (environment_id);

CREATE INDEX hardware_by_ip_address ON hardware (ip_address_key);

CREATE INDEX hardware_by_location_id ON hardware (location_id);

CREATE INDEX hardware_by_mac ON hardware (mac);

CREATE INDEX hardware_by_management_ip ON hardware (management_ip_key);

CREATE INDEX hardware_by_rack_id ON hardware (rack_id);

CREATE TABLE icons (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    category TEXT NOT NULL,
    content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
    content TEXT NOT NULL,
    version TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE interfaces (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    holder_id BIGINT NOT NULL REFERENCES objects (id),
    type TEXT,
    position BIGINT,
    mac TEXT,
    speed_mbps BIGINT,
    mtu BIGINT,
    enabled BIGINT CHECK (enabled IN (0, 1)),
    vlan_id BIGINT REFERENCES objects (id),
    network_id BIGINT REFERENCES objects (id),
    parent_id BIGINT REFERENCES objects (id),
    description TEXT
);

CREATE INDEX interfaces_by_holder_id ON interfaces (holder_id);

CREATE INDEX interfaces_by_mac ON interfaces (mac);

CREATE INDEX interfaces_by_network_id ON interfaces (network_id);

CREATE INDEX interfaces_by_parent_id ON interfaces (parent_id);

CREATE INDEX interfaces_by_vlan_id ON interfaces (vlan_id);

CREATE TABLE invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    token_hash TEXT NOT NULL UNIQUE,
    message_id TEXT,
    invited_by TEXT NOT NULL,
    sends BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    accepted_at BIGINT,
    user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    revoked_at BIGINT
, inviter_id BIGINT REFERENCES users (id) ON DELETE SET NULL);

CREATE INDEX invitations_by_email ON invitations (email_key);

CREATE INDEX invitations_by_inviter ON invitations (inviter_id);

CREATE INDEX invitations_by_user ON invitations (user_id);

CREATE TABLE ip_ranges (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    network_id BIGINT REFERENCES objects (id),
    first TEXT NOT NULL,
    first_key TEXT,
    last TEXT NOT NULL,
    last_key TEXT,
    purpose TEXT NOT NULL
);

CREATE INDEX ip_ranges_by_first ON ip_ranges (first_key);

CREATE INDEX ip_ranges_by_last ON ip_ranges (last_key);

CREATE INDEX ip_ranges_by_network_id ON ip_ranges (network_id);

CREATE TABLE kept_secrets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    label TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (source, label)
);

CREATE TABLE list_views (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    is_shared BIGINT NOT NULL DEFAULT 0 CHECK (is_shared IN (0, 1)),
    content TEXT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (user_id, kind, name_key)
);

CREATE INDEX list_views_shared ON list_views (kind) WHERE is_shared = 1;

CREATE TABLE locations (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    type TEXT,
    parent_id BIGINT REFERENCES objects (id),
    address TEXT,
    latitude DOUBLE PRECISION,
    longitude DOUBLE PRECISION
);

CREATE INDEX locations_by_parent_id ON locations (parent_id);

CREATE TABLE mail_queue (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    content TEXT,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    finished_at BIGINT,
    problem TEXT
);

CREATE INDEX mail_queue_by_state ON mail_queue (state, due_at, id);

CREATE TABLE mail_settings (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    revision BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    is_enabled BIGINT NOT NULL CHECK (is_enabled IN (0, 1)),
    host TEXT NOT NULL,
    port BIGINT NOT NULL CHECK (port BETWEEN 1 AND 65535),
    security TEXT NOT NULL CHECK (security IN ('starttls', 'tls', 'none')),
    allows_plain BIGINT NOT NULL CHECK (allows_plain IN (0, 1)),
    username TEXT,
    password TEXT,
    from_address TEXT NOT NULL,
    from_name TEXT NOT NULL,
    link_base TEXT,
    authorities TEXT
);

CREATE TABLE map_annotation_members (
    annotation_id BIGINT NOT NULL REFERENCES map_annotations (id) ON DELETE CASCADE,
    object_id BIGINT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    PRIMARY KEY (annotation_id, object_id)
);

CREATE INDEX map_annotation_members_by_object ON map_annotation_members (object_id);

CREATE TABLE map_annotations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    colour TEXT NOT NULL,
    grouping TEXT,
    x DOUBLE PRECISION NOT NULL,
    y DOUBLE PRECISION NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1
);

CREATE INDEX map_annotations_by_map ON map_annotations (map_id);

CREATE TABLE map_appearances (
    map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
    object_id BIGINT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    alias TEXT,
    colour TEXT,
    icon TEXT,
    revision BIGINT NOT NULL DEFAULT 1,
    PRIMARY KEY (map_id, object_id)
);

CREATE INDEX map_appearances_by_icon ON map_appearances (icon);

CREATE INDEX map_appearances_by_object ON map_appearances (object_id);

CREATE TABLE map_looks (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
    row_id BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, map_id)
);

CREATE INDEX map_looks_by_map ON map_looks (map_id);

CREATE TABLE map_positions (
    map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
    object_id BIGINT NOT NULL REFERENCES objects (id) ON DELETE CASCADE,
    x DOUBLE PRECISION NOT NULL,
    y DOUBLE PRECISION NOT NULL,
    is_pinned BIGINT NOT NULL CHECK (is_pinned IN (0, 1)),
    PRIMARY KEY (map_id, object_id)
);

CREATE INDEX map_positions_by_object ON map_positions (object_id);

CREATE TABLE maps (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    name_key TEXT  NOT NULL UNIQUE,
    is_default BIGINT NOT NULL CHECK (is_default IN (0, 1)),
    revision BIGINT NOT NULL DEFAULT 1
, layout TEXT);

CREATE UNIQUE INDEX maps_default ON maps (is_default) WHERE is_default = 1;

CREATE TABLE misc_items (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    type TEXT,
    url TEXT,
    description TEXT
);

CREATE TABLE network_memberships (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    member_id BIGINT NOT NULL REFERENCES objects (id),
    network_id BIGINT NOT NULL REFERENCES objects (id),
    link_type TEXT,
    speed_mbps BIGINT
);

CREATE INDEX network_memberships_by_member_id ON network_memberships (member_id);

CREATE INDEX network_memberships_by_network_id ON network_memberships (network_id);

CREATE TABLE network_peers (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    network_a_id BIGINT NOT NULL REFERENCES objects (id),
    network_b_id BIGINT NOT NULL REFERENCES objects (id),
    relation TEXT
);

CREATE INDEX network_peers_by_network_a_id ON network_peers (network_a_id);

CREATE INDEX network_peers_by_network_b_id ON network_peers (network_b_id);

CREATE TABLE networks (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    cidr TEXT,
    cidr_lower TEXT,
    cidr_upper TEXT,
    vlan_id BIGINT REFERENCES objects (id),
    type TEXT,
    gateway TEXT,
    gateway_key TEXT,
    gateway_hardware_id BIGINT REFERENCES objects (id),
    location_id BIGINT REFERENCES objects (id),
    environment_id BIGINT REFERENCES objects (id),
    domain TEXT,
    dns_servers TEXT,
    has_dhcp BIGINT CHECK (has_dhcp IN (0, 1)),
    driver TEXT
);

CREATE INDEX networks_by_cidr ON networks (cidr_lower, cidr_upper);

CREATE INDEX networks_by_environment_id ON networks (environment_id);

CREATE INDEX networks_by_gateway ON networks (gateway_key);

CREATE INDEX networks_by_gateway_hardware_id ON networks (gateway_hardware_id);

CREATE INDEX networks_by_location_id ON networks (location_id);

CREATE INDEX networks_by_vlan_id ON networks (vlan_id);

CREATE TABLE note_links (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    note_id BIGINT NOT NULL REFERENCES objects (id),
    object_id BIGINT NOT NULL REFERENCES objects (id)
);

CREATE INDEX note_links_by_note_id ON note_links (note_id);

CREATE INDEX note_links_by_object_id ON note_links (object_id);

CREATE TABLE notes (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    type TEXT NOT NULL,
    folder TEXT,
    is_pinned BIGINT CHECK (is_pinned IN (0, 1))
);

CREATE INDEX notes_by_folder ON notes (folder);

CREATE TABLE object_tags (
    object_id BIGINT NOT NULL REFERENCES objects (id),
    tag_id BIGINT NOT NULL REFERENCES objects (id),
    PRIMARY KEY (object_id, tag_id)
);

CREATE INDEX object_tags_by_tag ON object_tags (tag_id, object_id);

CREATE TABLE objects (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT  NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1,
    status TEXT,
    owner TEXT,
    icon TEXT,
    notes TEXT,
    source TEXT NOT NULL,
    sources TEXT NOT NULL DEFAULT '{}',
    custom TEXT NOT NULL DEFAULT '{}',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    deleted_by TEXT,
    deleted_with BIGINT REFERENCES objects (id)
);

CREATE INDEX objects_by_any_name ON objects (name_key, id) WHERE deleted_at IS NULL;

CREATE INDEX objects_by_change ON objects (kind, updated_at, id) WHERE deleted_at IS NULL;

CREATE INDEX objects_by_name ON objects (kind, name_key, id) WHERE deleted_at IS NULL;

CREATE INDEX objects_deleted ON objects (deleted_at, id) WHERE deleted_at IS NOT NULL;

CREATE INDEX objects_deleted_with ON objects (deleted_with) WHERE deleted_with IS NOT NULL;

CREATE TABLE older_rows (
    source TEXT NOT NULL,
    old_table TEXT NOT NULL,
    old_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    new_id BIGINT NOT NULL,
    PRIMARY KEY (source, old_table, old_id)
);

CREATE TABLE older_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    at BIGINT NOT NULL,
    report TEXT NOT NULL
);

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at BIGINT NOT NULL,
    subject TEXT NOT NULL,
    caller TEXT NOT NULL,
    payload TEXT NOT NULL
);

CREATE TABLE outbox_state (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    delivered_id BIGINT NOT NULL,
    forgotten_id BIGINT NOT NULL
);

CREATE TABLE passkey_challenges (
    challenge_hash TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL
);

CREATE INDEX passkey_challenges_by_end ON passkey_challenges (expires_at);

CREATE TABLE password_reset_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email_key TEXT NOT NULL,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE password_resets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    message_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX password_resets_by_user ON password_resets (user_id);

CREATE TABLE provider_attempts (
    state_hash TEXT PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    provider_id BIGINT NOT NULL REFERENCES sign_in_providers (id) ON DELETE CASCADE,
    user_id BIGINT REFERENCES users (id) ON DELETE CASCADE,
    session_id BIGINT,
    return_to TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX provider_attempts_by_age ON provider_attempts (expires_at);

CREATE INDEX provider_attempts_by_provider ON provider_attempts (provider_id);

CREATE INDEX provider_attempts_by_user ON provider_attempts (user_id);

CREATE TABLE provider_identities (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    provider_id BIGINT NOT NULL REFERENCES sign_in_providers (id) ON DELETE CASCADE,
    subject TEXT NOT NULL,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    linked_at BIGINT NOT NULL,
    last_used_at BIGINT,
    UNIQUE (provider_id, subject)
);

CREATE INDEX provider_identities_by_user ON provider_identities (user_id);

CREATE TABLE racks (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    height_units BIGINT NOT NULL,
    width_inches TEXT,
    depth_mm BIGINT,
    max_weight_kg DOUBLE PRECISION,
    max_power_watts BIGINT,
    numbered_from_top BIGINT CHECK (numbered_from_top IN (0, 1)),
    location_id BIGINT REFERENCES objects (id)
);

CREATE INDEX racks_by_location_id ON racks (location_id);

CREATE TABLE schema_migrations (
    number BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);

CREATE VIRTUAL TABLE search_index USING fts5 (
    name, body, summary UNINDEXED, tokenize = 'unicode61', prefix = '1 2 3'
);

CREATE TABLE services (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    runs_on_id BIGINT REFERENCES objects (id),
    category_id BIGINT REFERENCES objects (id),
    environment_id BIGINT REFERENCES objects (id),
    version TEXT,
    description TEXT,
    url TEXT,
    ip_address TEXT,
    ip_address_key TEXT,
    ports TEXT,
    hostname TEXT,
    image TEXT,
    container_id TEXT
);

CREATE INDEX services_by_category_id ON services (category_id);

CREATE INDEX services_by_environment_id ON services (environment_id);

CREATE INDEX services_by_ip_address ON services (ip_address_key);

CREATE INDEX services_by_runs_on_id ON services (runs_on_id);

CREATE TABLE share_links (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash TEXT NOT NULL UNIQUE,
    label TEXT NOT NULL,
    map_id BIGINT NOT NULL REFERENCES maps (id) ON DELETE CASCADE,
    filter TEXT NOT NULL,
    hides_addresses BIGINT NOT NULL CHECK (hides_addresses IN (0, 1)),
    hides_names BIGINT NOT NULL CHECK (hides_names IN (0, 1)),
    maker_id BIGINT,
    made_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    last_used_at BIGINT
);

CREATE INDEX share_links_by_map ON share_links (map_id);

CREATE TABLE sign_in_limits (
    subject TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_failure_at BIGINT NOT NULL,
    locked_until BIGINT
, email_key TEXT);

CREATE INDEX sign_in_limits_by_account ON sign_in_limits (email_key);

CREATE INDEX sign_in_limits_by_age ON sign_in_limits (last_failure_at);

CREATE TABLE sign_in_providers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('github', 'google', 'oidc')),
    issuer TEXT NOT NULL,
    client_id TEXT NOT NULL,
    client_secret TEXT,
    scopes TEXT NOT NULL,
    is_enabled BIGINT NOT NULL CHECK (is_enabled IN (0, 1)),
    allowed_domains TEXT NOT NULL,
    opens_registration BIGINT NOT NULL CHECK (opens_registration IN (0, 1)),
    default_role TEXT NOT NULL CHECK (default_role IN ('viewer', 'editor', 'admin')),
    groups_claim TEXT NOT NULL,
    group_roles TEXT NOT NULL,
    syncs_roles BIGINT NOT NULL CHECK (syncs_roles IN (0, 1)),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE sign_ins_in_progress (
    token_hash TEXT PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    state TEXT NOT NULL,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE INDEX sign_ins_in_progress_by_end ON sign_ins_in_progress (expires_at);

CREATE INDEX sign_ins_in_progress_by_user ON sign_ins_in_progress (user_id, created_at);

CREATE TABLE storage (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    type TEXT,
    hardware_id BIGINT REFERENCES objects (id),
    parent_id BIGINT REFERENCES objects (id),
    capacity_bytes BIGINT,
    used_bytes BIGINT,
    path TEXT,
    protocol TEXT,
    raid_level TEXT,
    medium TEXT,
    model TEXT,
    serial_number TEXT,
    environment_id BIGINT REFERENCES objects (id)
);

CREATE INDEX storage_by_environment_id ON storage (environment_id);

CREATE INDEX storage_by_hardware_id ON storage (hardware_id);

CREATE INDEX storage_by_parent_id ON storage (parent_id);

CREATE TABLE tags (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    color TEXT,
    description TEXT
);

CREATE TABLE user_addresses (
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    last_used_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, address)
);

CREATE TABLE user_handles (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    handle TEXT NOT NULL UNIQUE
);

CREATE TABLE user_passkeys (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    site TEXT NOT NULL,
    credential_id TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    sign_count BIGINT NOT NULL,
    transports TEXT NOT NULL,
    is_synced BIGINT NOT NULL CHECK (is_synced IN (0, 1)),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);

CREATE INDEX user_passkeys_by_user ON user_passkeys (user_id, id);

CREATE TABLE user_photos (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
    content TEXT NOT NULL,
    version TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE user_recovery_codes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    UNIQUE (user_id, code_hash)
);

CREATE TABLE user_sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL
, proven_at BIGINT, acting_as BIGINT REFERENCES users (id) ON DELETE CASCADE, acting_until BIGINT);

CREATE INDEX user_sessions_by_acting ON user_sessions (acting_as);

CREATE INDEX user_sessions_by_age ON user_sessions (created_at);

CREATE INDEX user_sessions_by_user ON user_sessions (user_id, id);

CREATE TABLE user_totp (
    user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seed_sealed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
    is_active BIGINT NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
    password_hash TEXT NOT NULL,
    password_changed_at BIGINT NOT NULL,
    force_password_change BIGINT NOT NULL DEFAULT 0 CHECK (force_password_change IN (0, 1)),
    photo TEXT,
    theme TEXT,
    font TEXT,
    language TEXT,
    timezone TEXT,
    last_sign_in_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    revision BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE vault (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    current_key TEXT NOT NULL REFERENCES vault_keys (id),
    check_value TEXT NOT NULL
);

CREATE TABLE vault_keys (
    id TEXT PRIMARY KEY,
    version BIGINT NOT NULL UNIQUE CHECK (version > 0),
    fingerprint TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('credential', 'environment', 'data_file')),
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    retired_at BIGINT
);

CREATE TABLE vault_rotations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    from_key TEXT,
    to_key TEXT NOT NULL REFERENCES vault_keys (id),
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    total BIGINT NOT NULL,
    done BIGINT NOT NULL
);

CREATE TABLE vlans (
    id INTEGER PRIMARY KEY REFERENCES objects (id),
    number BIGINT NOT NULL CHECK (number BETWEEN 1 AND 4094),
    location_id BIGINT REFERENCES objects (id),
    description TEXT
);

CREATE INDEX vlans_by_location_id ON vlans (location_id);
