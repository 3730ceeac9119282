import Kernel
import Testing

@testable import Fernet

/// The vectors that the specification publishes: `generate.json`, `verify.json` and `invalid.json`.
enum Vector {
    static let secret = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4="
    static let token =
        "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA=="
    /// 1985-10-26T01:20:00-07:00
    static let made = Instant(milliseconds: 499_162_800_000)

    struct Invalid: Sendable, CustomTestStringConvertible {
        let name: String
        let token: String
        let failure: FernetToken.Failure
        /// Seconds after `made`.
        var now: Int64 = 1

        var testDescription: String { name }
    }

    static let invalid = [
        Invalid(
            name: "incorrect mac",
            token:
                "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykQUFBQUFBQUFBQQ==",
            failure: .wrongSignature),
        Invalid(
            name: "too short", token: "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPA==",
            failure: .tooShort),
        Invalid(
            name: "invalid base64",
            token:
                "%%%%%%%%%%%%%AECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
            failure: .notBase64),
        Invalid(
            name: "payload size not multiple of block size",
            token: "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPOm73QeoCk9uGib28Xe5vz6oxq5nmxbx_v7mrfyudzUm",
            failure: .badContent),
        Invalid(
            name: "payload padding error",
            token:
                "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0ODz4LEpdELGQAad7aNEHbf-JkLPIpuiYRLQ3RtXatOYREu2FWke6CnJNYIbkuKNqOhw==",
            failure: .badContent),
        Invalid(
            name: "far-future time",
            token:
                "gAAAAAAdwStRAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAnja1xKYyhd-Y6mSkTOyTGJmw2Xc2a6kBd-iX9b_qXQcw==",
            failure: .fromTheFuture),
        Invalid(
            name: "expired",
            token:
                "gAAAAAAdwJ6xAAECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAl1-szkFVzXTuGb4hR8AKtwcaX1YdykRtfsH-p1YsUD2Q==",
            failure: .expired, now: 91),
        Invalid(
            name: "incorrect IV",
            token:
                "gAAAAAAdwJ6xBQECAwQFBgcICQoLDA0OD3HkMATM5lFqGaerZ-fWPAkLhFLHpGtDBRLRTZeUfWgHSv49TF2AUEZ1TIvcZjK1zQ==",
            failure: .badContent),
    ]
}

@Suite("Fernet: the published vectors")
struct VectorTests {
    private let key: FernetKey

    init() throws { key = try FernetKey(parsing: Vector.secret) }

    @Test("the generated token is the published one")
    func generate() throws {
        let token = try FernetToken.seal(
            Array("hello".utf8), with: key, at: Vector.made, iv: (0..<16).map { UInt8($0) })

        #expect(token == Vector.token)
        #expect(FernetToken.moment(of: token) == Vector.made)
    }

    @Test("the published token opens within its lifetime")
    func verify() throws {
        let age = FernetToken.Age(lifetime: .seconds(60), now: Vector.made + .seconds(1))

        #expect(try FernetToken.open(Vector.token, with: key, age: age) == Array("hello".utf8))
    }

    @Test("the published invalid tokens are refused, each for its reason", arguments: Vector.invalid)
    func invalid(_ vector: Vector.Invalid) {
        let age = FernetToken.Age(lifetime: .seconds(60), now: Vector.made + .seconds(vector.now))

        #expect(throws: vector.failure) { try FernetToken.open(vector.token, with: key, age: age) }
    }
}
