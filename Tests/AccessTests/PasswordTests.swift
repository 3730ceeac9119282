import Kernel
import Synchronization
import Testing

@testable import Access

@Suite("Passwords")
struct PasswordTests {
    private let cheap = ScryptHash.Cost(log2Rounds: 4)

    @Test("a hash verifies its password and no other, and says how it was made")
    func verifies() throws {
        let hash = try ScryptHash(of: Secret("correct horse"), cost: cheap)
        let read = try #require(ScryptHash(text: hash.text))

        #expect(read == hash)
        #expect(hash.text.hasPrefix("$scrypt$ln=4,r=8,p=1$"))
        #expect(try read.matches(Secret("correct horse")))
        #expect(try !read.matches(Secret("correct horse ")))
        #expect(try ScryptHash(of: Secret("correct horse"), cost: cheap).text != hash.text)
    }

    @Test("the key is that of RFC 7914")
    func vector() throws {
        // Section 12: scrypt("pleaseletmein", "SodiumChloride", 16384, 8, 1), the first 32 bytes.
        let key: [UInt8] = [
            0x70, 0x23, 0xbd, 0xcb, 0x3a, 0xfd, 0x73, 0x48, 0x46, 0x1c, 0x06, 0xcd, 0x81, 0xfd, 0x38, 0xeb, 0xfd, 0xa8,
            0xfb, 0xba, 0x90, 0x4f, 0x8e, 0x3e, 0xa9, 0xb5, 0x43, 0xf6, 0x54, 0x5d, 0xa1, 0xf2,
        ]
        let cost = ScryptHash.Cost(log2Rounds: 14)
        let text = ScryptHash.text(cost: cost, salt: Array("SodiumChloride".utf8), key: key)
        let published = try #require(ScryptHash(text: text))

        #expect(try published.matches(Secret("pleaseletmein")))
        #expect(try !published.matches(Secret("pleaseletmeout")))
    }

    @Test("composed and decomposed letters are one password")
    func normalises() throws {
        let hash = try ScryptHash(of: Secret("Kaf\u{E9} am Ufer 1"), cost: cheap)

        #expect(try hash.matches(Secret("Kafe\u{301} am Ufer 1")))
    }

    @Test(
        "a stored hash that is broken or asks for too much is no hash",
        arguments: [
            "", "scrypt", "$scrypt$ln=15,r=8,p=1$$", "$scrypt$ln=40,r=8,p=1$c2FsdHNhbHQ=$a2V5a2V5a2V5a2V5a2V5",
            "$scrypt$ln=15,r=8$c2FsdHNhbHQ=$a2V5a2V5a2V5a2V5a2V5", "$argon2id$v=19$m=1,t=1,p=1$c2FsdA$a2V5",
            "$scrypt$ln=x,r=8,p=1$c2FsdHNhbHQ=$a2V5a2V5a2V5a2V5a2V5", "$scrypt$ln=15,r=8,p=1$!!$??",
        ])
    func broken(text: String) {
        #expect(ScryptHash(text: text) == nil)
    }

    @Test("without an account the same work is done, and the answer is no")
    func decoy() async throws {
        let hasher = PasswordHasher(cost: cheap)
        let hash = try await hasher.hash(Secret("correct horse"))

        #expect(try await hasher.verify(Secret("correct horse"), against: hash))
        #expect(try await !hasher.verify(Secret("correct horse"), against: nil))
        #expect(try await !hasher.verify(Secret("correct horse"), against: "broken"))
        #expect(hasher.load == 0)
    }

    @Test("while there are passwords of the older edition, a wrong one takes as long for every account and for none")
    func alike() async throws {
        let hasher = PasswordHasher(cost: .init(log2Rounds: 10), lanes: 1)
        let bcrypt = "$2b$06$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy"
        let older = try #require(OlderHash(salt: nil, bcrypt: bcrypt)).text
        let own = try await hasher.hash(Secret("correct horse"))

        /// The quickest of some, which no other work on the machine makes quicker.
        func time(_ hash: String?, beside: String?, tries: Int = 3) async throws -> Duration {
            var best = Duration.seconds(60)
            for _ in 0..<tries {
                let began = ContinuousClock.now
                #expect(try await !hasher.verify(Secret("wrong horse"), against: hash, beside: beside))
                best = min(best, ContinuousClock.now - began)
            }
            return best
        }

        var times: [Duration] = []
        for hash in [older, own, nil] { times.append(try await time(hash, beside: older)) }
        // It is short, so one of many tries is hardly disturbed.
        let plain = try await time(nil, beside: nil, tries: 30)
        // Load of the machine makes any of them longer, and none shorter than the older way takes.
        #expect(times.min()! > plain * 2, "\(times), and \(plain) without such an account")
        #expect(try await hasher.verify(Secret("correct horse"), against: own, beside: older))
    }

    @Test("what does not fit in the queue is refused at once, and the queue goes on")
    func bounded() async throws {
        let hasher = PasswordHasher(cost: .init(log2Rounds: 12), lanes: 1, longestQueue: 3)

        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask { (try? await hasher.hash(Secret("x"))) != nil }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }

        #expect(outcomes.contains(true))
        #expect(outcomes.contains(false))
        #expect(hasher.load == 0)
        _ = try await hasher.hash(Secret("x"))
    }

    @Test(
        "a password that is easy to guess is refused with the reason",
        arguments: [
            ("short", "at least 10"), ("aaaaaaaaaaaaa", "different"), ("1234567890", "neighbouring"),
            ("0987654321", "neighbouring"), ("qwertyuiop", "neighbouring"), ("abcdefghijkl", "neighbouring"),
            ("password123!", "common"), ("Changeme2024", "common"), ("ada@example.org", "e-mail"),
            ("AdaLovelace1", "name"), ("with\ttab in it", "control"), (String(repeating: "abcd", count: 65), "at most"),
        ])
    func refused(password: String, reason: String) {
        let problem = PasswordRules.problem(Secret(password), about: ["ada@example.org", "AdaLovelace"])

        #expect(problem?.contains(reason) == true, "\(problem ?? "taken")")
    }

    @Test(
        "a long one is good, whatever it is made of",
        arguments: [
            "correct horse battery 9", "another long passphrase 7", "abcde-FGHJK-mnpqr-23456",
            "ein langer Satz ohne Ziffern",
            "密码是一个很长的句子啊",
        ])
    func good(password: String) {
        #expect(PasswordRules.problem(Secret(password), about: ["ada@example.org", "Ada"]) == nil)
    }
}
