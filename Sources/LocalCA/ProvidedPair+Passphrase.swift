extension ProvidedPair {
    /// Whether the key, or the bundle, opens only with a passphrase. False for what cannot be read at all: `load` says
    /// what is wrong with that.
    package var needsPassphrase: Bool {
        files.contains { file in
            guard let bytes = try? CheckedFile.read(file) else { return false }
            let foreign = ForeignBytes(bytes)
            return isEncrypted { _ = try foreign.key() } || isEncrypted { _ = try foreign.certificates() }
        }
    }

    private func isEncrypted(_ read: () throws -> Void) -> Bool {
        do {
            try read()
        } catch ForeignBytes.Problem.encrypted {
            return true
        } catch {
            // Something else is wrong with it.
        }
        return false
    }
}
