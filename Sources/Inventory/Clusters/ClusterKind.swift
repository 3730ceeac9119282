extension Kind {
    static let cluster = Kind(
        "cluster", path: "clusters", "Cluster", "Clusters", group: .inventory, isNode: true, isNameUnique: true,
        fields: [
            .choice(
                "type", "Type", "manual", "proxmox", "kubernetes", "docker_swarm", "docker_compose", "ceph", "vmware",
                "hyper_v"
            ).listed,
            .reference("location_id", "Location", to: "location", onDelete: .clear).of("General").listed,
            .reference("environment_id", "Environment", to: "environment", onDelete: .clear).of("General"),
            .text("description", "Description").upTo(1_000),
            .integer("members_needed", "Members needed", 1...10_000).help(
                "With fewer it stops. Left empty, one is enough."),
        ])

    static let clusterMember = Kind(
        "cluster_member", path: "cluster-members", "Cluster member", "Cluster members", group: .relation,
        hasName: false,
        rules: Rules(unique: [["cluster_id", "member_id"]], title: { try $0.joined("member_id", "in", "cluster_id") }),
        fields: [
            .reference("cluster_id", "Cluster", to: "cluster", onDelete: .cascade).required.listed,
            .reference("member_id", "Member", to: "hardware", "compute_unit", "service", onDelete: .cascade)
                .required.listed,
            .text("role", "Role").listed.suggesting("control plane", "worker", "manager", "witness"),
        ])
}
