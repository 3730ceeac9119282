import Kernel

/// What can be wrong with a root so that a person has to decide: another root would break every device that trusts
/// this one.
enum RootProblem {
    static func mismatched(_ roots: RootFolder) -> AppError {
        AppError(
            .invalid,
            "\(roots.certificatePath) and \(roots.keyPath) are not a certificate and key that belong together. Put "
                + "both back from a backup; or start over with \(startOver(roots)), after which every device has to "
                + "trust the new root.")
    }

    static func keyAlone(_ roots: RootFolder) -> AppError {
        AppError(
            .invalid,
            "\(roots.keyPath) is there but its certificate \(roots.certificatePath) is not. Put it back from a backup "
                + "or from a device that trusts it; or start over with \(startOver(roots)).")
    }

    static func expired(_ roots: RootFolder, _ root: Certificate) -> AppError {
        AppError(
            .invalid,
            "The local CA \(roots.certificatePath) expired on \(root.notAfter.minuteText). Check the clock with "
                + "`timedatectl`; if it is right, start over with \(startOver(roots)).")
    }

    static func noSigningKey(_ roots: RootFolder, _ certificatePath: String, _ reason: String) -> AppError {
        AppError(
            .invalid,
            "The server certificate \(certificatePath) \(reason), and \(roots.keyPath) cannot be read by this user. "
                + "Run `installer --renew` as root.")
    }

    static func noRollOver(_ reason: String) -> AppError {
        AppError(.conflict, "The root cannot be changed now: \(reason)")
    }

    private static func startOver(_ roots: RootFolder) -> String {
        let directory = roots.directory.shellQuoted
        return "`mkdir \(directory)/old && mv \(directory)/ca* \(directory)/old/`"
    }
}
