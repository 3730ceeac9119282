import ArgumentParser
import Glibc
import InstallerCore

extension InstallOptions.HTTPS: ExpressibleByArgument {}
extension InstallOptions.Profile: ExpressibleByArgument {}

struct InstallWishes: ParsableArguments {
    @Option(
        help: """
            Where the certificate comes from: `local` makes a CA of this machine's own, `provided` takes --cert and \
            --key, `off` speaks plain HTTP to this machine only. Left out: as it is configured; `local` at first.
            """)
    var https: InstallOptions.HTTPS?

    @Option(help: ArgumentHelp("The provided certificate with its chain: PEM, DER or PKCS#12.", valueName: "file"))
    var cert: String?

    @Option(help: ArgumentHelp("Its private key, unless --cert holds it as well.", valueName: "file"))
    var key: String?

    @Option(help: ArgumentHelp("A file whose first line opens an encrypted key or bundle.", valueName: "file"))
    var passphraseFile: String?

    @Flag(help: "Look at --cert and --key daily, and pick up what was renewed there.")
    var follow = false

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A further name people open this machine by. May be given again.", valueName: "name"))
    var hostname: [String] = []

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp("A further address of this machine. May be given again.", valueName: "ip"))
    var address: [String] = []

    @Option(help: "`lab` may open reading to the local network, `hardened` asks everybody for everything.")
    var profile: InstallOptions.Profile?

    @Option(help: ArgumentHelp("The port to serve on.", valueName: "n"))
    var port: Int?

    @Flag(
        inversion: .prefixedNo,
        help: """
            Have this machine's programs and browsers trust the local CA. Left out, a store that cannot be had is passed \
            over; --trust makes it a failure.
            """)
    var trust: Bool?

    @Option(help: ArgumentHelp("Where programs, pages and units go (default: /usr/local).", valueName: "dir"))
    var prefix: String?

    @Flag(help: ArgumentHelp("For the scripts of a distribution's package: configuration only.", visibility: .hidden))
    var packaged = false

    func options() throws -> InstallOptions {
        var options = InstallOptions()
        options.https = https
        options.certificateFile = cert.map(Self.absolute)
        options.keyFile = key.map(Self.absolute)
        options.passphraseFile = passphraseFile.map(Self.absolute)
        options.isFollowed = follow
        options.hostNames = hostname
        options.addresses = address
        options.profile = profile
        options.port = port
        options.trust = trust.map { $0 ? .all : .none } ?? .whatCanBeHad
        options.prefix = prefix
        options.isPackaged = packaged
        return options
    }

    var isEmpty: Bool {
        https == nil && cert == nil && key == nil && passphraseFile == nil && !follow && hostname.isEmpty
            && address.isEmpty && profile == nil && port == nil && trust == nil && prefix == nil && !packaged
    }

    /// As the person's shell means it.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let buffer = getcwd(nil, 0) else { return "/\(path)" }
        defer { free(buffer) }
        return "\(String(cString: buffer))/\(path)"
    }
}

struct OtherTask: ParsableArguments {
    @Flag(help: "Take away programs, pages and units. Data and configuration stay.")
    var uninstall = false

    @Flag(help: "With --uninstall: data, configuration, certificates and the account as well.")
    var purge = false

    @Flag(help: "Take the local CA out of every store it was put into.")
    var untrust = false

    @Flag(help: "Bring certificates up to date, as the timer does every day. Quiet when nothing is to do.")
    var renew = false

    @Flag(help: "With --renew: make the next root of the local CA today.")
    var startRollOver = false

    @Flag(help: "With --renew: end the overlap of the two roots today.")
    var finishRollOver = false

    var isInstalling: Bool { !uninstall && !untrust && !renew }

    func validate(with wishes: InstallWishes, _ manner: Manner) throws {
        if [uninstall, untrust, renew].count(where: { $0 }) > 1 {
            throw ValidationError("--uninstall, --untrust and --renew are three things; ask for one.")
        }
        if purge, !uninstall { throw ValidationError("--purge belongs to --uninstall.") }
        if startRollOver || finishRollOver, !renew { throw ValidationError("A roll-over belongs to --renew.") }
        if startRollOver, finishRollOver { throw ValidationError("A roll-over is started or finished, not both.") }
        if !isInstalling, !wishes.isEmpty {
            throw ValidationError("--uninstall, --untrust and --renew do not go with options of an installation.")
        }
        if manner.dryRun, untrust || renew { throw ValidationError("--dry-run goes with installing and --uninstall.") }
    }
}

struct Manner: ParsableArguments {
    @Option(help: ArgumentHelp("Work on the machine whose files lie in this folder: an image.", valueName: "dir"))
    var root: String?

    @Flag(help: "Print the plan and change nothing.")
    var dryRun = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Print one JSON object, and talk on standard error.")
    var json = false
}
