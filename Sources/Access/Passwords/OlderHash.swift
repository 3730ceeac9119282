import Crypto
import CryptoExtras
import Foundation
import Glibc
import Kernel

/// A password as the older edition stored it: bcrypt of what its browser sent, which was another thing in each version.
/// Kept as `$older$<base64 of its salt>$<bcrypt>`; the first sign-in that fits stores the password our way.
struct OlderHash: Sendable, Equatable {
    /// What its browsers mixed into the password where the installation said nothing else.
    static let usualSalt = "circuitbreaker-salt-v1"

    /// What such a text begins with.
    static let mark = "$older$"

    let salt: String
    let bcrypt: String

    init?(salt: String?, bcrypt: String) {
        guard Self.isBearable(bcrypt) else { return nil }
        self.salt = salt.flatMap { $0.isEmpty ? nil : $0 } ?? Self.usualSalt
        self.bcrypt = bcrypt
    }

    init?(text: String) {
        guard text.hasPrefix(Self.mark) else { return nil }
        let parts = text.dropFirst(Self.mark.count).split(
            separator: "$", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let data = Data(base64Encoded: String(parts[0])) else { return nil }
        self.init(salt: String(decoding: data, as: UTF8.self), bcrypt: String(parts[1]))
    }

    var text: String { "\(Self.mark)\(Data(salt.utf8).base64EncodedString())$\(bcrypt)" }

    /// `$2b$12$…`, 60 characters, at a cost that a tampered row cannot raise without end.
    private static func isBearable(_ bcrypt: String) -> Bool {
        let parts = bcrypt.split(separator: "$", omittingEmptySubsequences: false)
        guard bcrypt.utf8.count == 60, parts.count == 4, ["2a", "2b", "2y"].contains(parts[1]),
            let cost = Int(parts[2]), (4...14).contains(cost)
        else { return false }
        return parts[3].utf8.allSatisfy {
            (0x2E...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
        }
    }

    /// Slow on purpose. The newest way first.
    func matches(_ password: Secret<String>) throws -> Bool {
        let plain = Array(password.reveal().utf8)
        for candidate in try [stretched(plain), hashed(plain), plain] where try Bcrypt.matches(candidate, bcrypt) {
            return true
        }
        return false
    }

    /// Of version 0.2.2.
    private func hashed(_ plain: [UInt8]) -> [UInt8] {
        Array(SHA256.hash(data: plain + Array(salt.utf8)).map { Self.hex($0) }.joined().utf8)
    }

    /// Of version 0.3.
    private func stretched(_ plain: [UInt8]) throws -> [UInt8] {
        let key = try KDF.Insecure.PBKDF2.deriveKey(
            from: plain, salt: Array(salt.utf8), using: .sha256, outputByteCount: 32, unsafeUncheckedRounds: 310_000)
        return Array("v2.\(key.withUnsafeBytes { $0.map { Self.hex($0) }.joined() })".utf8)
    }

    private static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return digits.count == 1 ? "0" + digits : digits
    }
}

/// bcrypt, by the system's libcrypt. It is loaded when the first old password is checked, so that nobody else needs it.
private enum Bcrypt {
    private typealias Crypt =
        @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer, CInt) ->
        UnsafeMutablePointer<CChar>?

    private static let function: Crypt? = {
        let library = dlopen("libcrypt.so.1", RTLD_NOW) ?? dlopen("libcrypt.so.2", RTLD_NOW)
        // The signature of crypt_rn(3), which libxcrypt has had under this name since its first release.
        return library.flatMap { dlsym($0, "crypt_rn") }.map { unsafeBitCast($0, to: Crypt.self) }
    }()

    /// `struct crypt_data` of libxcrypt.
    private static let room = 32_768

    static func matches(_ password: [UInt8], _ hash: String) throws -> Bool {
        guard let function else {
            throw AppError(
                .unavailable, "Passwords of the older edition cannot be checked: install the system's libcrypt.")
        }
        guard !password.contains(0) else { return false }
        let data = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 16)
        defer { data.deallocate() }
        memset(data, 0, room)
        let phrase = (password + [0]).map { CChar(bitPattern: $0) }
        guard let made = function(phrase, hash, data, CInt(room)) else { return false }
        return SHA256.hash(data: Array(String(cString: made).utf8)) == SHA256.hash(data: Array(hash.utf8))
    }
}
