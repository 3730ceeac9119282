import DaemonConfig
import HostSystem
import JSONKit
import Kernel
import LocalCA
import NetAddress

/// What a person needs when the installer is done: where to go, the code that lets them in, and what to compare.
package struct ClosingWords: Sendable {
    package let address: String
    /// Until the first administrator exists.
    package let setupCode: Secret<String>?
    package let authority: (file: String, fingerprint: String)?
    private let isImage: Bool

    package init(_ installation: Installation, machine: any Machine) throws {
        let intentions = installation.intentions
        let server = intentions.configuration.server
        let scheme = intentions.https == .off ? "http" : "https"
        let isHere = server.host.isLoopback
        let asked = installation.options.hostNames.first { !$0.hasPrefix("*") }
        let name = isHere ? "localhost" : asked ?? MachineNames.hostName
        let standard = scheme == "https" ? 443 : 80
        address = server.publicURLText ?? "\(scheme)://\(name)\(server.port == standard ? "" : ":\(server.port)")/"
        isImage = !machine.isLive
        let codeFile = "\(intentions.configuration.data.directory)/setup-code"
        setupCode =
            try machine.exists(codeFile)
            ? Secret(String(decoding: try machine.read(codeFile), as: UTF8.self).filter { !$0.isWhitespace }) : nil
        let file = "\(Layout.certificates)/ca.crt"
        authority =
            try intentions.https == .local && machine.exists(file)
            ? Certificate.all(inPEM: machine.read(file)).first.map { (file, $0.fingerprintSHA256) } : nil
    }

    package var lines: [String] {
        var lines: [String] = []
        lines.append(isImage ? "When this image runs, open \(address)" : "Open \(address)")
        if let setupCode { lines.append("Set-up code: \(setupCode.reveal())") }
        if let authority {
            lines.append("The local CA is \(authority.file); other devices get it at \(address)ca")
            lines.append("Its SHA-256 fingerprint, to compare there: \(authority.fingerprint)")
        }
        return lines
    }

    package var members: JSONObject {
        var object = JSONObject([("address", .string(address))])
        if let setupCode { object["setup_code"] = .string(setupCode.reveal()) }
        if let authority {
            object["ca"] = ["file": .string(authority.file), "fingerprint": .string(authority.fingerprint)]
        }
        return object
    }
}

extension Configuration.Server {
    fileprivate var publicURLText: String? { publicURL.map { $0 + "/" } }
}
