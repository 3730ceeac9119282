import Kernel
import TestSupport
import Testing

@testable import Fernet

@Suite("Fernet: tokens")
struct TokenTests {
    private let key = FernetKey.random()
    private let now = TestClock.start

    private func token(_ text: String = "a secret", at moment: Instant = TestClock.start) throws -> String {
        try FernetToken.seal(Array(text.utf8), with: key, at: moment)
    }

    @Test("what is sealed opens again, of any length", arguments: [0, 1, 15, 16, 17, 31, 32, 1000, 100_000])
    func roundTrip(length: Int) throws {
        let content = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 31) }

        let token = try FernetToken.seal(content, with: key, at: now)

        #expect(try FernetToken.open(token, with: key) == content)
    }

    @Test("two tokens of one text differ")
    func freshIV() throws {
        #expect(try token() != token())
    }

    @Test("a flip of any bit is refused")
    func flippedBits() throws {
        let bytes = try #require(Base64Text.decode(try token()))

        for bit in 0..<bytes.count * 8 {
            var changed = bytes
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(throws: FernetToken.Failure.self) { try FernetToken.open(Base64Text.encode(changed), with: key) }
        }
    }

    @Test("a change of any letter is refused, in the last ones too")
    func changedLetters() throws {
        let token = Array(try token("abcdefgh").utf8)

        for position in token.indices where token[position] != UInt8(ascii: "=") {
            for letter in "AB-_9".utf8 where letter != token[position] {
                var changed = token
                changed[position] = letter
                let text = String(decoding: changed, as: UTF8.self)
                #expect(throws: FernetToken.Failure.self) { try FernetToken.open(text, with: key) }
            }
        }
    }

    @Test("a token cut at either end, or made longer, is refused")
    func truncated() throws {
        let token = try token()
        let bytes = try #require(Base64Text.decode(token))

        for count in 0..<token.count where token.dropLast(token.count - count).last != "=" {
            let cut = token.prefix(count)
            guard Base64Text.decode(cut) != bytes else { continue }
            #expect(throws: FernetToken.Failure.self) { try FernetToken.open(cut, with: key) }
            #expect(throws: FernetToken.Failure.self) { try FernetToken.open(token.dropFirst(count + 1), with: key) }
        }
        for more in ["A", "AAAA", "=", "==", "\n", " "] {
            #expect(throws: FernetToken.Failure.self) { try FernetToken.open(token + more, with: key) }
        }
    }

    @Test("another version is refused by its number", arguments: [0x00, 0x7F, 0x81, 0xFF] as [UInt8])
    func version(_ version: UInt8) throws {
        var bytes = try #require(Base64Text.decode(try token()))
        bytes[0] = version

        #expect(throws: FernetToken.Failure.wrongVersion(version)) {
            try FernetToken.open(Base64Text.encode(bytes), with: key)
        }
    }

    @Test("another key is refused")
    func otherKey() throws {
        let token = try token()

        #expect(throws: FernetToken.Failure.wrongSignature) { try FernetToken.open(token, with: .random()) }
    }

    @Test("both alphabets are read, with and without padding")
    func alphabets() throws {
        // Long enough that every letter comes.
        let token = try token(String(repeating: "x", count: 2000))
        let standard = token.replacing("-", with: "+").replacing("_", with: "/")
        #expect(standard != token)

        for text in [token, standard] {
            #expect(try FernetToken.open(text, with: key).count == 2000)
            let bare = text.replacing("=", with: "")
            #expect(try FernetToken.open(bare, with: key).count == 2000)
        }
        let text = key.text.reveal()
        #expect(try FernetKey(parsing: text.replacing("-", with: "+").replacing("_", with: "/").dropLast()) == key)
    }

    @Test("the time counts only where it is asked for")
    func age() throws {
        let old = try token(at: now - .seconds(61))
        let future = try token(at: now + .seconds(61))
        func open(_ token: String, _ lifetime: Duration?) throws {
            _ = try FernetToken.open(token, with: key, age: .init(lifetime: lifetime, now: now))
        }

        _ = try FernetToken.open(future, with: key)
        try open(old, nil)
        try open(old, .seconds(61))
        #expect(throws: FernetToken.Failure.expired) { try open(old, .seconds(60)) }
        #expect(throws: FernetToken.Failure.fromTheFuture) { try open(future, nil) }
        try open(try token(at: now + .seconds(60)), .seconds(1))
        try open(try token(at: Instant(milliseconds: 0)), nil)
    }

    @Test("a signed token from the end of time neither opens nor crashes")
    func endOfTime() throws {
        var bytes = try #require(Base64Text.decode(try token())).dropLast(32)
        for index in 1..<9 { bytes[index] = 0xFF }
        let signature = try OpenSSL.hmacSHA256(of: bytes, key: key.signing)
        let token = Base64Text.encode(Array(bytes) + signature)

        #expect(FernetToken.moment(of: token) == nil)
        #expect(try FernetToken.open(token, with: key) == Array("a secret".utf8))
        for now in [Int64.min, -1, 0, Int64.max] {
            #expect(throws: FernetToken.Failure.fromTheFuture) {
                let age = FernetToken.Age(lifetime: .seconds(1), now: Instant(milliseconds: now))
                return try FernetToken.open(token, with: key, age: age)
            }
        }
    }

    @Test("a key is 32 bytes of Base64, and prints as nothing")
    func keys() throws {
        #expect(throws: FernetKey.ParseError.wrongLength(31)) {
            try FernetKey(parsing: Base64Text.encode(.init(repeating: 7, count: 31)))
        }
        #expect(throws: FernetKey.ParseError.wrongLength(0)) { try FernetKey(parsing: "") }
        #expect(throws: FernetKey.ParseError.notBase64) { try FernetKey(parsing: "not a key") }
        let text = key.text.reveal()
        var dumped = ""
        dump(key, to: &dumped)
        #expect(!"\(key)\(String(reflecting: key))\(dumped)".contains(text.prefix(8)))
        #expect(key.fingerprint.count == 64 && !key.fingerprint.contains(text.prefix(8)))
        #expect(key != FernetKey.random())
    }

    @Test("whatever comes, opening answers or refuses")
    func fuzz() throws {
        var random = SplitMix(seed: 27)
        let good = Array(try token("fuzz me, please").utf8)
        for _ in 0..<20_000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0 where place < bytes.count: bytes[place] = .random(in: .min ... .max, using: &random)
                case 1 where place < bytes.count: bytes.remove(at: place)
                case 2: bytes.insert(.random(in: 32...126, using: &random), at: place)
                default: bytes.removeLast(min(bytes.count, Int.random(in: 0...8, using: &random)))
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = FernetToken.moment(of: text)
            guard Base64Text.decode(text) != Base64Text.decode(String(decoding: good, as: UTF8.self)) else { continue }
            #expect(throws: FernetToken.Failure.self) { try FernetToken.open(text, with: key) }
        }
    }
}
