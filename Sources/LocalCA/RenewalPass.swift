import Glibc
import Kernel

/// One run over the certificate directory, under its lock: repair, roots, key, leaf, in this order.
struct RenewalPass {
    let files: CertificateFiles
    let wanted: ServerNames
    let now: Instant
    private var acts: [RenewalOutcome.Act] = []
    private var folder: RootFolder { files.rootFolder }

    init(files: CertificateFiles, wanted: ServerNames, now: Instant) {
        self.files = files
        self.wanted = wanted
        self.now = now
    }

    mutating func run(_ wish: CertificateFiles.RollOverWish) throws -> RenewalOutcome {
        if maySign { acts += try folder.repair().map { .repaired($0) } }
        var held = try root()
        let (dueStep, finished) = try rollOver(&held, wish)
        let roots = finished.map { _ in LocalRoots(inUse: held.certificate) } ?? folder.roots(with: held.certificate)
        guard now < held.certificate.notAfter else { throw RootProblem.expired(folder, held.certificate) }
        let cross = finished == nil ? try cross(for: held, roots) : nil
        let (leaf, identity, permitted) = try serve(held, roots, cross)
        if let finished {
            try folder.finish()
            acts.append(.finished(finished))
        }
        return RenewalOutcome(
            acts: acts, leaf: leaf, roots: roots, identity: identity, dueStep: dueStep,
            uncovered: wanted.subtracting(permitted))
    }

    /// Whether this process may work with the roots: it can read the key, or there is nothing yet.
    private var maySign: Bool {
        access(folder.keyPath, R_OK) == 0 || (errno == ENOENT && access(folder.certificatePath, F_OK) != 0)
    }

    // MARK: Roots

    private mutating func root() throws -> RootFolder.Held {
        if let held = try folder.inUse() {
            if held.key != nil { try closeKey() }
            return held
        }
        let made = try CertificateAuthority.create(
            subject: files.subject, constraints: NameConstraints(covering: wanted), curve: files.curve, at: now)
        try folder.writeFirst(made)
        acts.append(.madeRoot(made.certificate))
        return RootFolder.Held(certificate: made.certificate, key: made.key)
    }

    /// A key that a copy or a restore left open is closed again.
    private mutating func closeKey() throws {
        var status = stat()
        guard stat(folder.keyPath, &status) == 0, status.st_mode & 0o077 != 0 else { return }
        guard chmod(folder.keyPath, 0o600) == 0 else { throw CheckedFile.unwritable(folder.keyPath, errno) }
        acts.append(.closedKey(path: folder.keyPath))
    }

    /// Takes the steps that are due. Returns the step that has to wait for root, and the old root of an overlap that
    /// ends with this pass.
    private mutating func rollOver(
        _ held: inout RootFolder.Held, _ wish: CertificateFiles.RollOverWish
    ) throws -> (due: RollOver.Step?, finished: Certificate?) {
        var wish = wish
        // A machine that slept through an overlap takes all its steps at once.
        for _ in 0..<3 {
            let roots = folder.roots(with: held.certificate)
            let step = try step(for: roots, wish)
            wish = step == .takeOver && wish == .finish ? .finish : .whenDue
            guard let step else { return (nil, nil) }
            guard let signing = held.signing else { return (step, nil) }
            switch step {
            case .makeSuccessor:
                guard now < held.certificate.notAfter else { throw RootProblem.expired(folder, held.certificate) }
                try makeSuccessor()
            case .takeOver: held = try takeOver(from: signing)
            case .finish: return (nil, roots.previous)
            }
        }
        return (nil, nil)
    }

    private func step(for roots: LocalRoots, _ wish: CertificateFiles.RollOverWish) throws -> RollOver.Step? {
        switch wish {
        case .whenDue: return RollOver(roots).step(at: now)
        case .start:
            guard roots.successor == nil, roots.previous == nil else {
                throw RootProblem.noRollOver("a change is under way. It ends by itself, or with `--finish-roll-over`.")
            }
            return .makeSuccessor
        case .finish:
            if roots.previous != nil { return .finish }
            guard roots.successor != nil else { throw RootProblem.noRollOver("there is no successor to change to.") }
            return .takeOver
        }
    }

    private mutating func makeSuccessor() throws {
        // It also covers the names that the root in use does not.
        let made = try CertificateAuthority.create(
            subject: files.subject, constraints: NameConstraints(covering: wanted), curve: files.curve, at: now)
        try folder.writeSuccessor(made)
        acts.append(.madeSuccessor(made.certificate))
    }

    private mutating func takeOver(from old: CertificateAuthority) throws -> RootFolder.Held {
        guard let new = folder.successor?.signing else {
            // `repair` has put aside what is not whole, so somebody took the files away meanwhile.
            throw RootProblem.noRollOver("\(folder.successorPath) and its key are gone. Run it again.")
        }
        let cross = old.certificate.leavesRoomForCross ? try old.crossSign(new.certificate) : nil
        try folder.takeOver(from: old, by: new, cross: cross)
        acts.append(.tookOver(new.certificate, from: old.certificate))
        return RootFolder.Held(certificate: new.certificate, key: new.key)
    }

    /// What vouches for the root in use on behalf of the other one: as it is on the disk, or made again.
    private func cross(for held: RootFolder.Held, _ roots: LocalRoots) throws -> Certificate? {
        guard let other = roots.successor ?? roots.previous, other.leavesRoomForCross else { return nil }
        if let cross = folder.cross, cross.vouches(for: held.certificate), cross.isSigned(by: other) { return cross }
        guard held.key != nil, let signing = folder.successor?.signing ?? folder.archived(other) else { return nil }
        let cross = try signing.crossSign(held.certificate)
        try folder.writeCross(cross)
        return cross
    }

    // MARK: The server's certificate

    private func serve(
        _ held: RootFolder.Held, _ roots: LocalRoots, _ cross: Certificate?
    ) throws -> (RenewalOutcome.Leaf, CertifiedKey, permitted: ServerNames) {
        let key = try serverKey()
        // What a root permits was decided on the day it was made. During an overlap, devices hold the chain against
        // the one root or the other.
        let bounds = [held.certificate, cross == nil ? nil : roots.successor ?? roots.previous].compactMap(\.self)
        let permitted = bounds.reduce(wanted) { names, root in root.constraints?.permitted(in: names) ?? names }
        let current = currentChain
        let usable = current.first.flatMap { leaf in
            key.matches(leaf) && roots.all.contains(where: leaf.isSigned(by:)) ? leaf : nil
        }
        let reason = usable.flatMap { renewalReason($0, held.certificate, permitted) }
        guard let signing = held.signing else {
            let identity = try identityWithoutSigning(usable, current, key, reason, roots, cross)
            return (reason.map { .due($0) } ?? .kept, identity, permitted)
        }
        let tail = [cross ?? held.certificate]
        if let usable, reason == nil {
            if current != [usable] + tail { try write([usable] + tail, roots, cross) }
            return (.kept, CertifiedKey(chain: [usable] + tail, key: key), permitted)
        }
        let leaf = try signing.issueLeaf(names: permitted, key: key, lifetime: files.leafLifetime, at: now)
        try write([leaf] + tail, roots, cross)
        return (reason.map { .renewed($0) } ?? .made, CertifiedKey(chain: [leaf] + tail, key: key), permitted)
    }

    private func renewalReason(_ leaf: Certificate, _ root: Certificate, _ names: ServerNames) -> RenewalReason? {
        guard leaf.isSigned(by: root) else { return .root }
        let reason = leaf.needsRenewal(at: now, for: names)
        // A clock from before the root was made is wrong, and a new certificate would not be valid either.
        return reason == .clock && now < root.notBefore ? nil : reason
    }

    /// What is on the disk, put together so that as many devices as possible accept it.
    private func identityWithoutSigning(
        _ usable: Certificate?, _ current: [Certificate], _ key: PrivateKey, _ reason: RenewalReason?,
        _ roots: LocalRoots, _ cross: Certificate?
    ) throws -> CertifiedKey {
        guard let leaf = usable, reason != .expired else {
            throw RootProblem.noSigningKey(
                folder, files.certificatePath,
                usable == nil ? "is missing or does not belong to its key" : "has expired")
        }
        let crosses = (current.dropFirst() + (cross.map { [$0] } ?? []))
            .filter { !$0.isSelfIssued && leaf.isSigned(by: $0) && now < $0.notAfter }
        let tail = crosses.first ?? roots.all.first(where: leaf.isSigned(by:))
        return CertifiedKey(chain: [leaf] + (tail.map { [$0] } ?? []), key: key)
    }

    /// A chain that a device of one of the roots would refuse never gets to the disk.
    private func write(_ chain: [Certificate], _ roots: LocalRoots, _ cross: Certificate?) throws {
        let others = cross == nil ? [] : [roots.successor ?? roots.previous].compactMap(\.self)
        for root in [roots.inUse] + others where now >= root.notBefore && now < root.notAfter {
            do {
                try ChainJudge(trusting: [root]).judge(chain, at: max(now, chain.map(\.notBefore).max() ?? now))
            } catch {
                throw AppError(
                    .fault, "The new server certificate does not verify against \(root.subject); the old one stays.",
                    cause: error)
            }
        }
        try CheckedFile.replace(files.certificatePath, with: chain.flatMap { try $0.pem() }, mode: 0o644)
    }

    /// Empty when the file is missing or holds nothing that can be read: it is then made again.
    private var currentChain: [Certificate] {
        (try? Certificate.all(inPEM: CheckedFile.read(files.certificatePath))) ?? []
    }

    /// The server's key as it is, or a new one. A file that holds no key is moved aside, not lost.
    private func serverKey() throws -> PrivateKey {
        do {
            let pem = try CheckedFile.read(files.keyPath)
            if let key = try? PrivateKey(pem: pem) { return key }
            try CheckedFile.move(files.keyPath, to: "\(files.keyPath).unusable")
        } catch CheckedFile.Problem.unreadable {
            throw AppError(
                .invalid,
                "The server's key \(files.keyPath) may not be read by this user. Mend it with "
                    + "`chmod 0640 \(files.keyPath.shellQuoted)` and give the file to the daemon's group.")
        } catch is CheckedFile.Problem {
            // Missing or empty: there is nothing to lose.
        }
        let key = try PrivateKey.generate(.p256)
        try CheckedFile.replace(files.keyPath, with: key.pem(), mode: files.serverKeyMode)
        return key
    }
}

extension Certificate {
    /// The same name and key under another signature.
    func vouches(for root: Certificate) -> Bool {
        subjectBytes == root.subjectBytes && keyBytes == root.keyBytes
    }
}
