"""A database as the older edition (0.2.0-dev1 to 0.2.2) kept it, with every table filled, from literal SQL."""

import hashlib
import json
import sqlite3
import warnings

from cryptography.fernet import Fernet

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import crypt

SALT = "circuitbreaker-salt-v1"
PEOPLE = {  # e-mail -> (password, which version stored it)
    "ada@lab.example": ("Ada's first Pa55word!", "dev1"),
    "bob@lab.example": ("Bob's first Pa55word!", "0.2.2"),
    "cleo@lab.example": ("Cleo's first Pa55word!", "0.3"),
}
SECRETS = ["smtp-secret", "router-user", "router-pass", "snmp-profile", "ssh-key-text", "idrac-pass", "hook-secret",
           "https://hooks.example/T0KEN", "github-client-secret", "oauth-bearer"]
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

SCHEMA = """
CREATE TABLE alembic_version (version_num TEXT PRIMARY KEY);
CREATE TABLE environments (id INTEGER PRIMARY KEY, name TEXT UNIQUE, color TEXT, created_at TEXT);
CREATE TABLE categories (id INTEGER PRIMARY KEY, name TEXT UNIQUE, color TEXT, created_at TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, name TEXT UNIQUE, color TEXT);
CREATE TABLE entity_tags (id INTEGER PRIMARY KEY, entity_type TEXT, entity_id INTEGER, tag_id INTEGER);
CREATE TABLE racks (id INTEGER PRIMARY KEY, name TEXT, height_u INTEGER DEFAULT 42, location TEXT, notes TEXT,
    created_at TEXT, updated_at TEXT);
CREATE TABLE sites (id INTEGER PRIMARY KEY, tenant_id INTEGER, name TEXT, location TEXT, latitude REAL, longitude REAL,
    notes TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE hardware (id INTEGER PRIMARY KEY, name TEXT, hostname TEXT, role TEXT, vendor TEXT, vendor_icon_slug TEXT,
    custom_icon TEXT, model TEXT, cpu TEXT, memory_gb INTEGER, location TEXT, notes TEXT, ip_address TEXT,
    wan_uplink TEXT, cpu_brand TEXT, vendor_catalog_key TEXT, model_catalog_key TEXT, telemetry_config TEXT,
    telemetry_data TEXT, telemetry_status TEXT, telemetry_last_polled TEXT, environment_id INTEGER,
    source_scan_result_id INTEGER, mac_address TEXT, status TEXT, status_override TEXT, last_seen TEXT,
    discovered_at TEXT, source TEXT DEFAULT 'manual', is_placeholder INTEGER DEFAULT 0, os_version TEXT,
    wifi_standards TEXT, wifi_bands TEXT, max_tx_power_dbm INTEGER, port_count INTEGER, port_map_json TEXT,
    software_platform TEXT, download_speed_mbps INTEGER, upload_speed_mbps INTEGER, proxmox_node_name TEXT,
    integration_config_id INTEGER, rack_id INTEGER, rack_unit INTEGER, u_height INTEGER, mounting_orientation TEXT,
    side_rail TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE compute_units (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, hardware_id INTEGER, os TEXT, icon_slug TEXT,
    "CPU_cores" INTEGER, cpu_brand TEXT, memory_mb INTEGER, disk_gb INTEGER, ip_address TEXT,
    download_speed_mbps INTEGER, upload_speed_mbps INTEGER, environment TEXT, environment_id INTEGER, status TEXT,
    status_override TEXT, notes TEXT, proxmox_vmid INTEGER, proxmox_type TEXT, proxmox_config TEXT,
    proxmox_status TEXT, integration_config_id INTEGER, created_at TEXT, updated_at TEXT);
CREATE TABLE services (id INTEGER PRIMARY KEY, name TEXT, slug TEXT UNIQUE, compute_id INTEGER, hardware_id INTEGER,
    icon_slug TEXT, custom_icon TEXT, category TEXT, category_id INTEGER, url TEXT, ports TEXT, ports_json TEXT,
    description TEXT, environment TEXT, environment_id INTEGER, status TEXT, ip_address TEXT, ip_mode TEXT,
    ip_conflict INTEGER, ip_conflict_json TEXT, docker_container_id TEXT, docker_image TEXT, docker_labels TEXT,
    is_docker_container INTEGER, created_at TEXT, updated_at TEXT);
CREATE TABLE storage (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, icon_slug TEXT, hardware_id INTEGER,
    capacity_gb INTEGER, used_gb INTEGER, path TEXT, protocol TEXT, notes TEXT, integration_config_id INTEGER,
    proxmox_storage_name TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE networks (id INTEGER PRIMARY KEY, name TEXT, icon_slug TEXT, cidr TEXT, vlan_id INTEGER, gateway TEXT,
    description TEXT, gateway_hardware_id INTEGER, docker_network_id TEXT, docker_driver TEXT,
    is_docker_network INTEGER, site_id INTEGER, created_at TEXT, updated_at TEXT);
CREATE TABLE vlans (id INTEGER PRIMARY KEY, vlan_id INTEGER, name TEXT, description TEXT, network_ids TEXT,
    created_at TEXT, updated_at TEXT);
CREATE TABLE ip_addresses (id INTEGER PRIMARY KEY, network_id INTEGER, address TEXT, status TEXT, hardware_id INTEGER,
    service_id INTEGER, hostname TEXT, allocated_at TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE misc_items (id INTEGER PRIMARY KEY, name TEXT, kind TEXT, icon_slug TEXT, url TEXT, description TEXT,
    created_at TEXT, updated_at TEXT);
CREATE TABLE external_nodes (id INTEGER PRIMARY KEY, name TEXT, provider TEXT, kind TEXT, region TEXT, ip_address TEXT,
    icon_slug TEXT, notes TEXT, environment TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE hardware_clusters (id INTEGER PRIMARY KEY, name TEXT, icon_slug TEXT, description TEXT, environment TEXT,
    location TEXT, type TEXT, integration_config_id INTEGER, created_at TEXT, updated_at TEXT);
CREATE TABLE hardware_cluster_members (id INTEGER PRIMARY KEY, cluster_id INTEGER, member_type TEXT,
    hardware_id INTEGER, service_id INTEGER, role TEXT);
CREATE TABLE service_dependencies (id INTEGER PRIMARY KEY, service_id INTEGER, depends_on_id INTEGER,
    connection_type TEXT, bandwidth_mbps INTEGER);
CREATE TABLE service_storage (id INTEGER PRIMARY KEY, service_id INTEGER, storage_id INTEGER, purpose TEXT,
    connection_type TEXT, bandwidth_mbps INTEGER);
CREATE TABLE service_misc (id INTEGER PRIMARY KEY, service_id INTEGER, misc_id INTEGER, purpose TEXT,
    connection_type TEXT, bandwidth_mbps INTEGER);
CREATE TABLE service_external_nodes (id INTEGER PRIMARY KEY, service_id INTEGER, external_node_id INTEGER, purpose TEXT,
    connection_type TEXT, bandwidth_mbps INTEGER);
CREATE TABLE external_node_networks (id INTEGER PRIMARY KEY, external_node_id INTEGER, network_id INTEGER,
    link_type TEXT, notes TEXT, connection_type TEXT, bandwidth_mbps INTEGER);
CREATE TABLE hardware_networks (id INTEGER PRIMARY KEY, hardware_id INTEGER, network_id INTEGER, ip_address TEXT,
    connection_type TEXT, bandwidth_mbps INTEGER);
CREATE TABLE compute_networks (id INTEGER PRIMARY KEY, compute_id INTEGER, network_id INTEGER, ip_address TEXT,
    connection_type TEXT, bandwidth_mbps INTEGER);
CREATE TABLE network_peers (id INTEGER PRIMARY KEY, network_a_id INTEGER, network_b_id INTEGER, relation TEXT,
    connection_type TEXT, bandwidth_mbps INTEGER, created_at TEXT);
CREATE TABLE hardware_connections (id INTEGER PRIMARY KEY, source_hardware_id INTEGER, target_hardware_id INTEGER,
    connection_type TEXT, bandwidth_mbps INTEGER, source_port TEXT, target_port TEXT, source TEXT, created_at TEXT,
    updated_at TEXT);
CREATE TABLE docs (id INTEGER PRIMARY KEY, title TEXT, body_md TEXT, body_html TEXT, category TEXT, pinned INTEGER,
    icon TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE entity_docs (id INTEGER PRIMARY KEY, entity_type TEXT, entity_id INTEGER, doc_id INTEGER);
CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, hashed_password TEXT, gravatar_hash TEXT,
    profile_photo TEXT, display_name TEXT, language TEXT, is_admin INTEGER, is_active INTEGER, is_superuser INTEGER,
    created_at TEXT, last_login TEXT, role TEXT, scopes TEXT, demo_expires TEXT, invited_by INTEGER,
    login_attempts INTEGER, locked_until TEXT, force_password_change INTEGER, provider TEXT, oauth_tokens TEXT,
    mfa_enabled INTEGER, totp_secret TEXT, backup_codes TEXT);
CREATE TABLE user_sessions (id INTEGER PRIMARY KEY, user_id INTEGER, jwt_token_hash TEXT, ip_address TEXT,
    created_at TEXT, expires_at TEXT, revoked INTEGER);
CREATE TABLE user_invites (id INTEGER PRIMARY KEY, token TEXT, email TEXT, role TEXT, status TEXT);
CREATE TABLE app_settings (id INTEGER PRIMARY KEY, theme TEXT, app_name TEXT, language TEXT, timezone TEXT,
    weather_location TEXT, session_timeout_hours INTEGER, jwt_secret TEXT, client_hash_salt TEXT, vault_key TEXT,
    vault_key_hash TEXT, smtp_enabled INTEGER, smtp_host TEXT, smtp_port INTEGER, smtp_username TEXT,
    smtp_password_enc TEXT, smtp_from_email TEXT, smtp_from_name TEXT, smtp_tls INTEGER, dhcp_router_user_enc TEXT,
    dhcp_router_pass_enc TEXT, oauth_providers TEXT, dock_order TEXT, discovery_nmap_args TEXT, graph_default_layout TEXT);
CREATE TABLE credentials (id INTEGER PRIMARY KEY, target_entity_id INTEGER, target_entity_type TEXT,
    credential_type TEXT, encrypted_value TEXT, label TEXT, created_at TEXT, updated_at TEXT);
CREATE TABLE integration_configs (id INTEGER PRIMARY KEY, type TEXT, name TEXT, config_url TEXT, credential_id INTEGER);
CREATE TABLE discovery_profiles (id INTEGER PRIMARY KEY, name TEXT, cidr TEXT, scan_types TEXT,
    snmp_community_encrypted TEXT, schedule_cron TEXT);
CREATE TABLE scan_jobs (id INTEGER PRIMARY KEY, profile_id INTEGER, target_cidr TEXT, status TEXT, created_at TEXT);
CREATE TABLE scan_results (id INTEGER PRIMARY KEY, scan_job_id INTEGER, ip_address TEXT, mac_address TEXT, hostname TEXT);
CREATE TABLE scan_logs (id INTEGER PRIMARY KEY, scan_job_id INTEGER, level TEXT, message TEXT);
CREATE TABLE listener_events (id INTEGER PRIMARY KEY, source TEXT, name TEXT, ip_address TEXT);
CREATE TABLE webhook_rules (id INTEGER PRIMARY KEY, name TEXT, target_url TEXT, secret TEXT, topics TEXT);
CREATE TABLE webhook_deliveries (id INTEGER PRIMARY KEY, rule_id INTEGER, subject TEXT, status_code INTEGER, ok INTEGER);
CREATE TABLE notification_sinks (id INTEGER PRIMARY KEY, name TEXT, provider_type TEXT, provider_config TEXT);
CREATE TABLE notification_routes (id INTEGER PRIMARY KEY, sink_id INTEGER, alert_severity TEXT, enabled INTEGER);
CREATE TABLE graph_layouts (id INTEGER PRIMARY KEY, name TEXT, context TEXT, layout_data TEXT, updated_at TEXT);
CREATE TABLE hardware_monitors (id INTEGER PRIMARY KEY, hardware_id INTEGER, enabled INTEGER, interval_secs INTEGER);
CREATE TABLE uptime_events (id INTEGER PRIMARY KEY, hardware_id INTEGER, status TEXT, checked_at TEXT);
CREATE TABLE daily_uptime_stats (id INTEGER PRIMARY KEY, hardware_id INTEGER, date TEXT, total_minutes INTEGER);
CREATE TABLE live_metrics (ip TEXT PRIMARY KEY, status TEXT);
CREATE TABLE user_icons (id INTEGER PRIMARY KEY, slug TEXT, filename TEXT);
CREATE TABLE oauth_states (id INTEGER PRIMARY KEY, state TEXT, provider TEXT, created_at TEXT);
CREATE TABLE logs (id INTEGER PRIMARY KEY, timestamp TEXT, level TEXT, category TEXT, action TEXT, actor TEXT,
    entity_type TEXT, entity_id INTEGER, old_value TEXT, new_value TEXT, log_hash TEXT);
"""

NOW = "2026-03-01T10:00:00+00:00"


def stored(password, version):
    """What each version's browser sent, hashed as its server did."""
    sent = password
    if version == "0.2.2":
        sent = hashlib.sha256((password + SALT).encode()).hexdigest()
    elif version == "0.3":
        sent = "v2." + hashlib.pbkdf2_hmac("sha256", password.encode(), SALT.encode(), 310_000, 32).hex()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return crypt.crypt(sent, crypt.mksalt(crypt.METHOD_BLOWFISH, rounds=16))


def rows(key):
    """Rows of every table."""
    seal = lambda text: Fernet(key).encrypt(text.encode()).decode()
    hashes = {email: stored(*how) for email, how in PEOPLE.items()}
    telemetry = {"profile": "idrac9", "host": "10.0.0.9", "username": "root", "password": seal("idrac-pass")}
    ports = [{"port_id": "1", "label": "eth0", "type": "ethernet", "speed_mbps": 1000, "connected_hardware_id": 2},
             {"port_id": "2", "label": "sfp0", "type": "sfp+", "speed_mbps": 10000}]
    return {
        "alembic_version": [dict(version_num="0042")],
        "environments": [dict(id=1, name="prod", color="#FF0000", created_at=NOW), dict(id=2, name="lab", color="red")],
        "categories": [dict(id=1, name="Media", color="#00ff00", created_at=NOW)],
        "tags": [dict(id=1, name="critical", color="#aa0000"), dict(id=2, name="quiet")],
        "entity_tags": [dict(id=1, entity_type="hardware", entity_id=1, tag_id=1),
                        dict(id=2, entity_type="service", entity_id=1, tag_id=2),
                        dict(id=3, entity_type="hardware", entity_id=77, tag_id=99)],
        "racks": [dict(id=1, name="Rack A", height_u=24, location="Cellar", notes="by the wall", created_at=NOW)],
        "sites": [dict(id=1, name="Home", location="1 Main St", latitude=48.1, longitude=11.5, notes="n", created_at=NOW)],
        "hardware": [
            dict(id=1, name="pve1", hostname="pve1.lan", role="hypervisor", vendor="dell", vendor_icon_slug="dell",
                 model="R740", cpu="Xeon", cpu_brand="Intel", memory_gb=64, location="Cellar", notes="# big one",
                 ip_address="10.0.0.2", wan_uplink="fibre", vendor_catalog_key="dell", model_catalog_key="r740",
                 telemetry_config=json.dumps(telemetry), telemetry_data='{"t": 3}', telemetry_status="healthy",
                 environment_id=1, mac_address="AA:BB:CC:00:11:22", status="online", last_seen=NOW,
                 os_version="12", wifi_standards='["802.11ax"]', wifi_bands='["5 GHz", "6 GHz"]', max_tx_power_dbm=20,
                 port_count=2, port_map_json=json.dumps(ports), software_platform="Proxmox VE",
                 download_speed_mbps=1000, upload_speed_mbps=500, proxmox_node_name="pve1", rack_id=1, rack_unit=3,
                 u_height=2, mounting_orientation="front", side_rail="left", created_at=NOW, updated_at=NOW),
            dict(id=2, name="sw1", role="switch", vendor="other", status="unknown", status_override="maintenance",
                 rack_id=1, rack_unit=3, u_height=1, mac_address="not a mac", is_placeholder=1),
            dict(id=3, name="cam", role="ip_camera", environment_id=99)],
        "compute_units": [
            dict(id=1, name="docker", kind="vm", hardware_id=1, os="Debian 12", icon_slug="debian", CPU_cores=4,
                 cpu_brand="Intel", memory_mb=8192, disk_gb=64, ip_address="10.0.0.3", environment="prod",
                 environment_id=1, status="running", notes="vm", proxmox_vmid=101, proxmox_type="qemu",
                 proxmox_status='{"cpu": 1}', created_at=NOW)],
        "services": [
            dict(id=1, name="Jellyfin", slug="jellyfin", compute_id=1, icon_slug="jellyfin", category="Media",
                 category_id=1, url="http://10.0.0.3:8096", ports="8096",
                 ports_json='[{"port": 8096, "protocol": "tcp", "label": "web"}, {"port": 1900, "protocol": "udp"}]',
                 description="films", environment="prod", environment_id=1, status="running", ip_address="10.0.0.3",
                 ip_mode="explicit", ip_conflict=0, ip_conflict_json="[]", docker_container_id="abc",
                 docker_image="jellyfin/jellyfin", docker_labels='{"a": "b"}', is_docker_container=1, created_at=NOW),
            dict(id=2, name="DNS", slug="dns", hardware_id=1, ports="53/udp, 53/tcp", status="stopped", url="dns.lan")],
        "storage": [dict(id=1, name="tank", kind="pool", icon_slug="zfs", hardware_id=1, capacity_gb=1000, used_gb=250,
                         path="/tank", protocol="ZFS", notes="mirror", proxmox_storage_name="tank", created_at=NOW)],
        "networks": [dict(id=1, name="LAN", icon_slug="lan", cidr="10.0.0.0/24", vlan_id=10, gateway="10.0.0.1",
                          description="main", gateway_hardware_id=2, site_id=1, created_at=NOW),
                     dict(id=2, name="bridge", cidr="172.17.0.0/16", docker_network_id="net1", docker_driver="bridge",
                          is_docker_network=1),
                     dict(id=3, name="odd", cidr="not a cidr", gateway="10.9.9.9")],
        "vlans": [dict(id=1, vlan_id=10, name="servers", description="d", network_ids="[1]", created_at=NOW)],
        "ip_addresses": [dict(id=1, network_id=1, address="10.0.0.50", status="reserved", hostname="spare"),
                         dict(id=2, network_id=1, address="10.0.0.51", status="free"),
                         dict(id=3, network_id=1, address="10.0.0.2", status="allocated", hardware_id=1, allocated_at=NOW)],
        "misc_items": [dict(id=1, name="Mail", kind="external_saas", icon_slug="mail", url="https://mail.example",
                            description="post", created_at=NOW)],
        "external_nodes": [dict(id=1, name="vps", provider="Hetzner", kind="managed_db", region="fsn1",
                                ip_address="203.0.113.5", icon_slug="hetzner", notes="off site", environment="prod")],
        "hardware_clusters": [dict(id=1, name="pve", icon_slug="p", description="c", environment="prod",
                                   location="Cellar", type="k8s", created_at=NOW)],
        "hardware_cluster_members": [
            dict(id=1, cluster_id=1, member_type="hardware", hardware_id=1, role="manager"),
            dict(id=2, cluster_id=1, member_type="hardware", hardware_id=1, role="twice")],
        "service_dependencies": [dict(id=1, service_id=1, depends_on_id=2, connection_type="ethernet")],
        "service_storage": [dict(id=1, service_id=1, storage_id=1, purpose="films", connection_type="fiber", bandwidth_mbps=10)],
        "service_misc": [dict(id=1, service_id=1, misc_id=1, purpose="alerts", connection_type="ethernet")],
        "service_external_nodes": [dict(id=1, service_id=2, external_node_id=1, purpose="upstream", connection_type="vpn")],
        "external_node_networks": [dict(id=1, external_node_id=1, network_id=1, link_type="wireguard", notes="tunnel")],
        "hardware_networks": [dict(id=1, hardware_id=1, network_id=1, ip_address="10.0.0.2", connection_type="ethernet", bandwidth_mbps=1000),
                              dict(id=2, hardware_id=2, network_id=1, ip_address="10.0.0.7", connection_type="ethernet")],
        "compute_networks": [dict(id=1, compute_id=1, network_id=1, ip_address="10.0.0.3", connection_type="vlan")],
        "network_peers": [dict(id=1, network_a_id=1, network_b_id=2, relation="peers_with", created_at=NOW)],
        "hardware_connections": [dict(id=1, source_hardware_id=1, target_hardware_id=2, connection_type="fiber",
                                      bandwidth_mbps=10000, source_port="sfp0", target_port="24", source="manual")],
        "docs": [dict(id=1, title="Runbook", body_md="# Do this", body_html="<h1>Do this</h1>", category="ops", pinned=1,
                      icon="book", created_at=NOW), dict(id=2, title="Long", body_md="x" * 30_000)],
        "entity_docs": [dict(id=1, entity_type="hardware", entity_id=1, doc_id=1),
                        dict(id=2, entity_type="storage", entity_id=1, doc_id=1)],
        "users": [
            dict(id=1, email="ada@lab.example", hashed_password=hashes["ada@lab.example"], gravatar_hash="g",
                 display_name="Ada", language="de", is_admin=1, is_active=1, is_superuser=1, role="admin", scopes="[]",
                 login_attempts=2, force_password_change=0, provider="local", mfa_enabled=0, created_at=NOW, last_login=NOW),
            dict(id=2, email="bob@lab.example", hashed_password=hashes["bob@lab.example"], display_name="Bob",
                 is_admin=0, is_active=1, role="editor", provider="local", mfa_enabled=1, totp_secret=TOTP,
                 backup_codes='["$2b$x"]', oauth_tokens=seal("oauth-bearer")),
            dict(id=3, email="cleo@lab.example", hashed_password=hashes["cleo@lab.example"], is_active=1, role="viewer"),
            dict(id=4, email="demo@lab.example", hashed_password="!", is_active=1, role="demo", demo_expires=NOW),
            dict(id=5, email="not an address", hashed_password="!", is_active=1, role="viewer")],
        "user_sessions": [dict(id=1, user_id=1, jwt_token_hash="h", ip_address="10.0.0.8", created_at=NOW, revoked=0)],
        "user_invites": [dict(id=1, token="clear-invite-token", email="eve@lab.example", role="viewer", status="pending")],
        "app_settings": [dict(
            id=1, theme="light", app_name="My lab", language="de", timezone="Europe/Berlin", weather_location="Munich",
            session_timeout_hours=12, jwt_secret="jwt-in-clear", vault_key_hash="ff", smtp_enabled=1,
            smtp_host="mail.lab.example", smtp_port=587, smtp_username="cb", smtp_password_enc=seal("smtp-secret"),
            smtp_from_email="cb@lab.example", smtp_from_name="Breaker", smtp_tls=1,
            dhcp_router_user_enc=seal("router-user"), dhcp_router_pass_enc=seal("router-pass"),
            oauth_providers=json.dumps({"github": {"client_id": "id", "client_secret": seal("github-client-secret")}}),
            dock_order='["map"]', discovery_nmap_args="-sV", graph_default_layout="dagre")],
        "credentials": [dict(id=1, target_entity_id=1, target_entity_type="hardware", credential_type="ssh",
                             encrypted_value=seal("ssh-key-text"), label="root key", created_at=NOW)],
        "integration_configs": [dict(id=1, type="proxmox", name="pve", config_url="https://10.0.0.2:8006", credential_id=1)],
        "discovery_profiles": [dict(id=1, name="LAN", cidr="10.0.0.0/24", scan_types='["nmap"]',
                                    snmp_community_encrypted=seal("snmp-profile"), schedule_cron="0 3 * * *")],
        "scan_jobs": [dict(id=1, profile_id=1, target_cidr="10.0.0.0/24", status="completed", created_at=NOW)],
        "scan_results": [dict(id=1, scan_job_id=1, ip_address="10.0.0.77", mac_address="aa", hostname="x")],
        "scan_logs": [dict(id=1, scan_job_id=1, level="INFO", message="began")],
        "listener_events": [dict(id=1, source="mdns", name="tv", ip_address="10.0.0.78")],
        "webhook_rules": [dict(id=1, name="hook", target_url="https://example.org/h", secret="hook-secret", topics="*")],
        "webhook_deliveries": [dict(id=1, rule_id=1, subject="s", status_code=200, ok=1)],
        "notification_sinks": [dict(id=1, name="slack", provider_type="slack",
                                    provider_config='{"webhook_url": "https://hooks.example/T0KEN"}')],
        "notification_routes": [dict(id=1, sink_id=1, alert_severity="*", enabled=1)],
        "graph_layouts": [dict(id=1, name="default", layout_data='{"nodes": {"hw-1": {"x": 1, "y": 2}}}', updated_at=NOW)],
        "hardware_monitors": [dict(id=1, hardware_id=1, enabled=1, interval_secs=60)],
        "uptime_events": [dict(id=1, hardware_id=1, status="up", checked_at=NOW)],
        "daily_uptime_stats": [dict(id=1, hardware_id=1, date="2026-03-01", total_minutes=1440)],
        "live_metrics": [dict(ip="10.0.0.2", status="online")],
        "user_icons": [dict(id=1, slug="mine", filename="mine.png")],
        "oauth_states": [dict(id=1, state="s", provider="github", created_at=NOW)],
        "logs": [dict(id=number, timestamp=NOW, level="info", category="crud", action="create", actor="ada",
                      entity_type="hardware", entity_id=1, new_value='{"name": "pve1", "password": "in the log"}',
                      log_hash=f"h{number}") for number in range(1, 1201)],
    }


def build(path, key):
    """Writes the database; returns its rows by table. It is left in WAL mode with its log beside it."""
    content = rows(key)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.executescript(SCHEMA)
    for table, lines in content.items():
        for line in lines:
            names = ", ".join(f'"{name}"' for name in line)
            connection.execute(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(line))})',
                               list(line.values()))
    connection.commit()
    tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    assert tables == set(content), tables ^ set(content)
    return content, connection
