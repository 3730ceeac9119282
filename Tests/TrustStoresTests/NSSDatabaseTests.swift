import Foundation
import Glibc
import HostSystem
import Kernel
import LocalCA
import Testing

@testable import TrustStores

@Suite("NSS databases", .enabled(if: Room.isPossible, "mount namespaces need root"))
struct NSSDatabaseTests {
    private let profile = "/home/ada/.mozilla/firefox/ab12.default-esr"

    private func stores(_ room: Room, _ name: String = "ada") async throws -> [any TrustStore] {
        try await TrustStores.found(on: room, accounts: [room.account(name)]).filter { $0.id.kind == .nss }
    }

    private func makeProfile(_ room: Room, password: String = "--empty-password") async throws {
        let made = try await room.shell(
            "mkdir -p \(profile) && certutil -d sql:\(profile) -N \(password)", as: "ada")
        #expect(made.status == 0, "\(made.text)")
    }

    @Test("a database is made for a person who has none, and goes away again")
    func fresh() async throws {
        let (room, lab) = (try await Room(), try Lab())
        let before = try room.manifest()
        let store = try #require(try await stores(room).first)
        let server = try LabServer(lab, in: room.folder)
        let trust = TrustStores(machine: room)

        let change = try await trust.install(
            [lab.old.certificate, lab.new.certificate], in: store,
            server: TrustedServer(name: "localhost", port: server.port))

        #expect(change == .installed(proof: "NSS accepted localhost:\(server.port) by this database."))
        let database = try #require(try room.status(of: "/home/ada/.pki/nssdb/cert9.db"))
        #expect((database.user, database.mode) == (4711, 0o600))
        #expect(try room.status(of: "/home/ada/.pki/nssdb")?.mode == 0o700)
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try room.changes(since: before) == [])
    }

    @Test("a database with other content gets its bytes back")
    func existing() async throws {
        let (room, lab) = (try await Room(), try Lab())
        try await makeProfile(room)
        try await addByHand(lab.new.certificate, "A name, with a comma", room)
        let before = try room.manifest()
        let trust = TrustStores(machine: room)
        let store = try #require(try await stores(room).first { $0.name.contains("profile") })
        #expect(store.name == "Firefox profile ab12.default-esr of ada (\(profile))")
        #expect(try await store.isTrusted(lab.new.certificate))

        _ = try await trust.install([lab.old.certificate], in: store)

        #expect(try await store.isTrusted(lab.old.certificate))
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try room.changes(since: before) == [])
    }

    private func addByHand(_ root: Certificate, _ nickname: String, _ room: Room) async throws {
        try room.put("/home/root.pem", String(decoding: root.pem(), as: UTF8.self))
        let added = try await room.shell(
            "certutil -d sql:\(profile) -A -t C,, -n '\(nickname)' -i /home/root.pem", as: "ada")
        #expect(added.status == 0, "\(added.text)")
        try room.remove("/home/root.pem")
    }

    @Test("what a person added meanwhile stays; then the content is as before, but not the bytes")
    func meanwhile() async throws {
        let (room, lab) = (try await Room(), try Lab())
        try await makeProfile(room)
        let trust = TrustStores(machine: room)
        let store = try #require(try await stores(room).first { $0.name.contains("profile") })
        _ = try await trust.install([lab.old.certificate], in: store)
        try await addByHand(lab.new.certificate, "Mine", room)

        #expect(try await trust.remove(from: store) == .removed(isExact: false))

        #expect(try await !store.isTrusted(lab.old.certificate))
        #expect(try await store.isTrusted(lab.new.certificate))
    }

    @Test("a file a program has open is noticed")
    func open() throws {
        let path = NSTemporaryDirectory() + "cb-trust-\(UUID().uuidString)"
        let descriptor = Glibc.open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        defer { unlink(path) }

        #expect(try LiveMachine().isOpen(path))
        close(descriptor)
        #expect(try !LiveMachine().isOpen(path))
    }

    @Test("a primary password is not asked for; nothing changes")
    func password() async throws {
        let (room, lab) = (try await Room(), try Lab())
        try room.put("/home/password", "correct horse battery\n")
        try await makeProfile(room, password: "-f /home/password")
        let before = try room.manifest()
        let store = try #require(try await stores(room).first { $0.name.contains("profile") })

        let error = await #expect(throws: AppError.self) {
            try await TrustStores(machine: room).install([lab.old.certificate], in: store)
        }

        #expect(error?.message.contains("has a primary password") == true)
        #expect(try room.changes(since: before) == [])
    }

    @Test("every place browsers keep a database in is found, and each belongs to its owner")
    func places() async throws {
        let room = try await Room()
        let places = [
            ".pki/nssdb", ".local/share/pki/nssdb", "snap/chromium/12/.pki/nssdb",
            "snap/firefox/common/.mozilla/firefox/s.default",
            ".var/app/org.mozilla.firefox/.mozilla/firefox/f.default", ".mozilla/firefox/d.default",
        ]
        for place in places {
            let made = try await room.shell(
                "cd && mkdir -p \(place) && certutil -d sql:\(place) -N --empty-password", as: "bob")
            #expect(made.status == 0, "\(made.text)")
        }
        try room.makeSymlink(at: "/home/bob/snap/chromium/current", to: "12")
        let lab = try Lab()
        let before = try room.manifest()
        let trust = TrustStores(machine: room)

        let stores = try await stores(room, "bob")
        for store in stores { _ = try await trust.install([lab.old.certificate], in: store) }

        #expect(stores.count == places.count, "\(stores.map(\.name))")
        #expect(try await trust.entries().count == places.count)
        for entry in try await trust.entries() {
            let store = try #require(try await trust.store(entry.store))
            #expect(try await trust.remove(from: store) == .removed(isExact: true))
        }
        #expect(try room.changes(since: before) == [])
    }

    @Test("a link in a home leads no one with more rights out of it")
    func links() async throws {
        let (room, lab) = (try await Room(), try Lab())
        try room.makeDirectory("/root/secret", mode: 0o700, owner: .root)
        try room.makeSymlink(at: "/home/ada/.pki", to: "/root/secret")
        let before = try room.manifest()
        let store = try #require(try await stores(room).first)

        await #expect(throws: AppError.self) {
            try await TrustStores(machine: room).install([lab.old.certificate], in: store)
        }

        #expect(try room.changes(since: before) == [])
    }
}
