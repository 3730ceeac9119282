import NetAddress

/// Ports people know by name. It names what listens where the kernel hides the program, and which of the running units
/// it most likely is.
enum WellKnownPorts {
    struct Entry {
        let name: String
        /// Starts of unit names.
        var units: [String] = []
        /// For services with pages.
        var scheme: String?
    }

    static func entry(_ port: PortNumber, _ proto: TransportProtocol) -> Entry? {
        proto == .udp ? udp[port.rawValue] : tcp[port.rawValue]
    }

    private static let web = [
        "nginx", "apache2", "httpd", "caddy", "traefik", "haproxy", "lighttpd", "pihole-FTL", "webfs",
    ]

    private static let tcp: [UInt16: Entry] = [
        21: Entry(name: "FTP", units: ["vsftpd", "proftpd", "pure-ftpd"]),
        22: Entry(name: "SSH", units: ["ssh", "sshd", "dropbear"]),
        23: Entry(name: "Telnet"),
        25: Entry(name: "SMTP", units: ["postfix", "exim", "sendmail", "opensmtpd"]),
        53: Entry(name: "DNS", units: ["named", "bind9", "unbound", "dnsmasq", "pihole-FTL", "AdGuardHome", "knot"]),
        80: Entry(name: "HTTP", units: web, scheme: "http"),
        88: Entry(name: "Kerberos", units: ["krb5-kdc", "samba-ad-dc"]),
        110: Entry(name: "POP3", units: ["dovecot"]),
        111: Entry(name: "rpcbind", units: ["rpcbind"]),
        139: Entry(name: "NetBIOS", units: ["smbd", "smb"]),
        143: Entry(name: "IMAP", units: ["dovecot"]),
        179: Entry(name: "BGP", units: ["bird", "frr"]),
        389: Entry(name: "LDAP", units: ["slapd", "dirsrv", "samba-ad-dc"]),
        443: Entry(name: "HTTPS", units: web, scheme: "https"),
        445: Entry(name: "SMB", units: ["smbd", "smb", "samba"]),
        465: Entry(name: "SMTPS", units: ["postfix", "exim"]),
        515: Entry(name: "LPD"),
        548: Entry(name: "AFP", units: ["netatalk"]),
        587: Entry(name: "Submission", units: ["postfix", "exim"]),
        631: Entry(name: "IPP", units: ["cups"], scheme: "http"),
        636: Entry(name: "LDAPS", units: ["slapd", "dirsrv"]),
        853: Entry(name: "DNS over TLS", units: ["unbound", "AdGuardHome"]),
        873: Entry(name: "rsync", units: ["rsync"]),
        993: Entry(name: "IMAPS", units: ["dovecot"]),
        995: Entry(name: "POP3S", units: ["dovecot"]),
        1080: Entry(name: "SOCKS"),
        1433: Entry(name: "SQL Server", units: ["mssql-server"]),
        1883: Entry(name: "MQTT", units: ["mosquitto", "emqx", "vernemq"]),
        2049: Entry(name: "NFS", units: ["nfs-server", "nfs-mountd", "nfs-ganesha"]),
        2375: Entry(name: "Docker API", units: ["docker"]),
        2376: Entry(name: "Docker API", units: ["docker"]),
        2379: Entry(name: "etcd", units: ["etcd"]),
        3000: Entry(name: "Port 3000", units: ["grafana-server", "gitea", "forgejo"], scheme: "http"),
        3128: Entry(name: "Proxy", units: ["squid", "spiceproxy"]),
        3260: Entry(name: "iSCSI", units: ["target", "tgt", "iscsitarget"]),
        3306: Entry(name: "MySQL", units: ["mariadb", "mysql"]),
        3389: Entry(name: "RDP", units: ["xrdp"]),
        3493: Entry(name: "NUT", units: ["nut-server"]),
        4222: Entry(name: "NATS", units: ["nats"]),
        5000: Entry(name: "Port 5000", units: ["docker-registry", "frigate"]),
        5201: Entry(name: "iperf3", units: ["iperf3"]),
        5432: Entry(name: "PostgreSQL", units: ["postgresql"]),
        5672: Entry(name: "AMQP", units: ["rabbitmq"]),
        5900: Entry(name: "VNC"),
        5984: Entry(name: "CouchDB", units: ["couchdb"]),
        6379: Entry(name: "Redis", units: ["redis", "valkey"]),
        6443: Entry(name: "Kubernetes API", units: ["k3s", "kubelet", "rke2"]),
        6789: Entry(name: "Ceph monitor", units: ["ceph-mon"]),
        8000: Entry(name: "Port 8000", scheme: "http"),
        8006: Entry(name: "Proxmox VE", units: ["pveproxy"], scheme: "https"),
        8007: Entry(name: "Proxmox Backup Server", units: ["proxmox-backup-proxy"], scheme: "https"),
        8080: Entry(name: "HTTP 8080", units: ["tomcat", "jenkins", "qbittorrent"], scheme: "http"),
        8086: Entry(name: "InfluxDB", units: ["influxd"]),
        8096: Entry(name: "Jellyfin", units: ["jellyfin", "emby"], scheme: "http"),
        8123: Entry(name: "Home Assistant", units: ["home-assistant", "hass"], scheme: "http"),
        8200: Entry(name: "Vault", units: ["vault", "openbao"], scheme: "https"),
        8443: Entry(name: "HTTPS 8443", units: ["circuit-breaker", "unifi"], scheme: "https"),
        8883: Entry(name: "MQTT over TLS", units: ["mosquitto"]),
        9000: Entry(name: "Port 9000", units: ["minio", "portainer"]),
        9090: Entry(name: "Port 9090", units: ["prometheus", "cockpit"], scheme: "http"),
        9093: Entry(name: "Alertmanager", units: ["prometheus-alertmanager", "alertmanager"], scheme: "http"),
        9100: Entry(name: "Node exporter", units: ["prometheus-node-exporter", "node_exporter"]),
        9200: Entry(name: "Elasticsearch", units: ["elasticsearch", "opensearch"]),
        10000: Entry(name: "Webmin", units: ["webmin"], scheme: "https"),
        11211: Entry(name: "memcached", units: ["memcached"]),
        16509: Entry(name: "libvirt", units: ["libvirtd", "virtproxyd"]),
        19999: Entry(name: "Netdata", units: ["netdata"], scheme: "http"),
        22000: Entry(name: "Syncthing", units: ["syncthing"]),
        27017: Entry(name: "MongoDB", units: ["mongod"]),
        32400: Entry(name: "Plex", units: ["plexmediaserver"], scheme: "http"),
    ]

    private static let udp: [UInt16: Entry] = [
        53: Entry(name: "DNS", units: ["named", "bind9", "unbound", "dnsmasq", "pihole-FTL", "AdGuardHome", "knot"]),
        67: Entry(name: "DHCP server", units: ["isc-dhcp-server", "kea-dhcp4", "dnsmasq", "pihole-FTL"]),
        69: Entry(name: "TFTP", units: ["tftpd", "atftpd", "dnsmasq"]),
        123: Entry(name: "NTP", units: ["chrony", "ntp", "ntpsec", "openntpd"]),
        161: Entry(name: "SNMP", units: ["snmpd"]),
        162: Entry(name: "SNMP traps", units: ["snmptrapd"]),
        443: Entry(name: "HTTP/3", units: web),
        500: Entry(name: "IKE", units: ["strongswan", "ipsec"]),
        514: Entry(name: "Syslog", units: ["rsyslog", "syslog-ng"]),
        1194: Entry(name: "OpenVPN", units: ["openvpn"]),
        1812: Entry(name: "RADIUS", units: ["freeradius"]),
        1900: Entry(name: "SSDP", units: ["minidlna", "miniupnpd"]),
        3478: Entry(name: "STUN", units: ["coturn", "unifi"]),
        4500: Entry(name: "IPsec", units: ["strongswan", "ipsec"]),
        10001: Entry(name: "UniFi discovery", units: ["unifi"]),
        22000: Entry(name: "Syncthing", units: ["syncthing"]),
        51820: Entry(name: "WireGuard", units: ["wg-quick"]),
    ]

    /// Sockets of clients and of name resolution: they answer, but offer nothing.
    static func isNoise(_ port: PortNumber, _ proto: TransportProtocol) -> Bool {
        proto == .udp ? [68, 546, 5353, 5355, 137, 138, 323, 1900].contains(port.rawValue) : port.rawValue == 5355
    }
}

/// Units every system has. They run, but documenting them tells nobody anything; one that listens is shown all the same.
enum BaseUnits {
    private static let starts = [
        "systemd-", "user@", "user-runtime-dir@", "getty@", "serial-getty@", "console-getty", "container-getty@",
        "autovt@", "dbus", "polkit", "udisks2", "accounts-daemon", "ModemManager", "NetworkManager", "wpa_supplicant",
        "networkd-dispatcher", "unattended-upgrades", "packagekit", "PackageKit", "fwupd", "multipathd", "irqbalance",
        "rsyslog", "syslog", "cron", "crond", "anacron", "atd", "acpid", "snapd", "upower", "rtkit-daemon", "colord",
        "switcheroo", "power-profiles", "gdm", "sddm", "lightdm", "bluetooth", "avahi-daemon", "iio-sensor",
        "kerneloops", "whoopsie", "thermald", "haveged", "rng-tools", "lvm2-", "mdmonitor", "smartd", "smartmontools",
        "chrony", "ntp", "auditd", "sssd", "gssproxy", "rpcbind", "rpc-", "dhcpcd", "dhclient", "ifup@", "networking",
        "qemu-guest-agent", "open-vm-tools", "vboxadd", "cloud-", "waagent", "google-", "amazon-ssm", "init.scope",
        "emergency", "rescue", "blk-availability", "lxc-monitord", "zfs-zed", "low-memory-monitor", "tuned",
        "firewalld",
        "ssh", "sshd", "containerd", "pve-lxc-syscalld", "watchdog-mux", "spice-vdagent", "plymouth", "setroubleshoot",
        "abrt", "mcelog", "nscd", "nslcd", "xinetd", "inetd", "udev", "geoclue", "wsl-", "nvidia-persistenced",
    ]

    static func contains(_ unit: String) -> Bool { starts.contains { unit.hasPrefix($0) } }
}
