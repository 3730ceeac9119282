import Crypto
import Kernel
import Testing

@testable import Backups

/// The examples that the store's own documentation works through, and those of the published test suite.
@Suite("Signature version 4")
struct SignatureV4Tests {
    private static let signer = SignatureV4(
        keyID: "AKIAIOSFODNN7EXAMPLE", secret: Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), region: "us-east-1",
        service: "s3")
    private static let host = (name: "Host", value: "examplebucket.s3.amazonaws.com")
    private static let time = (name: "x-amz-date", value: "20130524T000000Z")

    private static func nothing(_ headers: [(name: String, value: String)]) -> [(name: String, value: String)] {
        [host, time, (name: "x-amz-content-sha256", value: SignatureV4.emptyBody)] + headers
    }

    struct Vector: Sendable, CustomTestStringConvertible {
        let name: String
        let request: SignatureV4.Request
        let signature: String

        var testDescription: String { name }
    }

    static let vectors = [
        Vector(
            name: "get an object",
            request: .init(
                method: "GET", path: "/test.txt", headers: nothing([("Range", "bytes=0-9")]),
                bodyHash: SignatureV4.emptyBody),
            signature: "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        Vector(
            name: "put an object",
            request: .init(
                method: "PUT", path: "/test$file.text",
                headers: [
                    host, time, ("x-amz-content-sha256", welcome), ("Date", "Fri, 24 May 2013 00:00:00 GMT"),
                    ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
                ], bodyHash: welcome),
            signature: "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"),
        Vector(
            name: "a query without a value",
            request: .init(
                method: "GET", path: "/", query: [("lifecycle", "")], headers: nothing([]),
                bodyHash: SignatureV4.emptyBody),
            signature: "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"),
        Vector(
            name: "list objects",
            request: .init(
                method: "GET", path: "/", query: [("prefix", "J"), ("max-keys", "2")], headers: nothing([]),
                bodyHash: SignatureV4.emptyBody),
            signature: "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
    ]

    /// SHA-256 of “Welcome to Amazon S3.”
    private static let welcome = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"

    @Test("the published examples come out", arguments: vectors)
    func published(_ vector: Vector) {
        #expect(Self.signer.signature(vector.request, time: "20130524T000000Z") == vector.signature)
    }

    @Test("the published test suite's plain request comes out")
    func vanilla() {
        let signer = SignatureV4(
            keyID: "AKIDEXAMPLE", secret: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), region: "us-east-1",
            service: "service")
        let request = SignatureV4.Request(
            method: "GET", path: "/",
            headers: [("Host", "example.amazonaws.com"), ("X-Amz-Date", "20150830T123600Z")],
            bodyHash: SignatureV4.emptyBody)

        #expect(
            signer.authorization(request, time: "20150830T123600Z")
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + "SignedHeaders=host;x-amz-date,"
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
    }

    @Test("the published signing key is derived")
    func key() {
        let signer = SignatureV4(
            keyID: "AKIDEXAMPLE", secret: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), region: "us-east-1",
            service: "iam")

        let hex = signer.signingKey(day: "20120215").withUnsafeBytes { SignatureV4.hex($0) }
        #expect(hex == "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d")
    }

    @Test(
        "text is escaped as the store expects", arguments: [("a b/ü~._-", "a%20b%2F%C3%BC~._-"), ("+&=", "%2B%26%3D")])
    func escaping(_ text: String, _ escaped: String) {
        #expect(SignatureV4.escaped(text) == escaped)
    }
}
