/// Looks for the signs a hypervisor or a container engine leaves. Only positive signs count.
struct VirtualisationReader {
    let files: MachineFiles
    let facts: SystemFacts

    func read() -> Virtualisation? {
        if let container { return Virtualisation(kind: .container, technology: container) }
        if let hypervisor { return Virtualisation(kind: .virtualMachine, technology: hypervisor) }
        return nil
    }

    private var container: String? {
        if let name = files.value("/run/systemd/container") { return name }
        if files.exists("/.dockerenv") { return "docker" }
        if files.exists("/run/.containerenv") { return "podman" }
        return files.exists("/dev/lxd/sock") ? "lxc" : nil
    }

    private var hypervisor: String? {
        let texts = [facts.vendor, facts.product, facts.boardVendor, facts.biosVersion].compactMap { $0 }
        let joined = texts.joined(separator: "\n").lowercased()
        if let (_, name) = Self.signatures.first(where: { joined.contains($0.0) }) { return name }
        if let type = files.value("/sys/hypervisor/type") {
            // The controlling domain of Xen runs on the bare machine.
            let isControl = files.value("/proc/xen/capabilities")?.contains("control_d") ?? false
            return isControl ? nil : type
        }
        if files.exists("/proc/device-tree/hypervisor") { return "guest" }
        let flags = files.text("/proc/cpuinfo", limit: 16 * 1024)?.split(separator: "\n").first {
            $0.hasPrefix("flags")
        }
        return flags?.split(separator: " ").contains("hypervisor") == true ? "guest" : nil
    }

    /// In the order of asking: a cloud names itself before the hypervisor it uses.
    private static let signatures = [
        ("amazon ec2", "amazon"), ("google compute engine", "google"), ("digitalocean", "digitalocean"),
        ("hetzner", "hetzner"), ("openstack", "openstack"), ("vmware", "vmware"), ("innotek gmbh", "virtualbox"),
        ("virtualbox", "virtualbox"), ("parallels", "parallels"), ("bhyve", "bhyve"), ("xen", "xen"),
        ("firecracker", "firecracker"), ("virtual machine", "hyper-v"), ("qemu", "qemu"), ("bochs", "bochs"),
        ("kvm", "kvm"),
    ]
}
