import Glibc
import NetAddress

/// What other machines may call this one: the names and addresses of the local certificate.
package enum MachineNames {
    /// The machine as it is now, and what its administrator asks for besides. The daemon and the installer must ask
    /// for the same, or each would issue anew what the other made.
    package static func current(asked: [String]) throws -> ServerNames {
        try ServerNames(hostName: hostName, addresses: addresses.map(\.description), asked: asked)
    }

    package static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "localhost" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Stands for this machine across new names and addresses; the host name where there is no machine-id.
    package static var machineID: String {
        var buffer = [UInt8](repeating: 0, count: 64)
        let file = open("/etc/machine-id", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return hostName }
        defer { close(file) }
        let count = read(file, &buffer, buffer.count)
        guard count > 0 else { return hostName }
        let text = String(decoding: buffer[..<count], as: UTF8.self).filter { !$0.isWhitespace }
        return text.isEmpty ? hostName : text
    }

    /// Link-local addresses are left out: they need a zone, which no certificate can carry, and come with each
    /// container that starts.
    package static var addresses: [IPAddress] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var found: [IPAddress] = []
        var next = list
        while let entry = next?.pointee {
            next = entry.ifa_next
            if let name = entry.ifa_addr, let address = address(name), !address.isLinkLocal, address.isUnicast {
                found.append(address)
            }
        }
        return found
    }

    private static func address(_ name: UnsafeMutablePointer<sockaddr>) -> IPAddress? {
        switch Int32(name.pointee.sa_family) {
        case AF_INET:
            name.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                IPAddress(v4: UInt32(bigEndian: pointer.pointee.sin_addr.s_addr))
            }
        case AF_INET6:
            name.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                withUnsafeBytes(of: pointer.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
            }
        default: nil
        }
    }
}
