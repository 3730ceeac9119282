import Crypto
import Kernel

/// Codes by time (RFC 6238) in the form every authenticator app knows: SHA-1, six digits, thirty seconds.
enum TOTP {
    static let period: Int64 = 30
    static let digits = 6
    /// Steps before and after now that are taken: clocks of telephones are not exact.
    static let window: Int64 = 1
    /// Bytes of a seed: what HMAC-SHA-1 makes full use of (RFC 4226 section 4).
    static let seedLength = 20

    static func step(at now: Instant) -> Int64 {
        let seconds = now.milliseconds >= 0 ? now.milliseconds / 1000 : 0
        return seconds / period
    }

    /// The code of a step (RFC 4226 section 5.3).
    static func code(_ seed: [UInt8], step: Int64, digits: Int = TOTP.digits) -> String {
        let counter = (0..<8).map { UInt8(truncatingIfNeeded: step >> (8 * (7 - Int64($0)))) }
        let mac = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: seed)))
        let offset = Int(mac[mac.count - 1] & 0x0F)
        let number = mac[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        var rest = number
        var text: [UInt8] = []
        for _ in 0..<digits {
            text.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        }
        return String(decoding: text.reversed(), as: UTF8.self)
    }

    /// The step whose code this is, around now. Every step of the window is looked at, right or wrong.
    static func step(of code: String, _ seed: [UInt8], at now: Instant) -> Int64? {
        let current = step(at: now)
        var found: Int64?
        for step in (current - window)...(current + window)
        where Fingerprint.matches(code, Secret(self.code(seed, step: step))) {
            found = step
        }
        return found
    }

    /// What an app reads from the picture (the key URI format of the authenticator apps).
    static func address(_ seed: Secret<[UInt8]>, account: String, issuer: String) -> String {
        let label = "\(escaped(issuer)):\(escaped(account))"
        return "otpauth://totp/\(label)?secret=\(Base32.text(seed.reveal()))&issuer=\(escaped(issuer))"
            + "&algorithm=SHA1&digits=\(digits)&period=\(period)"
    }

    private static func escaped(_ text: String) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E, 0x40: bytes.append(byte)
            default: bytes += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// RFC 4648 section 6 without padding, as people type seeds.
enum Base32 {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var buffer: UInt32 = 0
        var bits = 0
        var result: [UInt8] = []
        for byte in bytes {
            buffer = buffer << 8 | UInt32(byte)
            bits += 8
            while bits >= 5 {
                bits -= 5
                result.append(letters[Int(buffer >> UInt32(bits)) & 31])
            }
            buffer &= (1 << UInt32(bits)) - 1
        }
        if bits > 0 { result.append(letters[Int(buffer << UInt32(5 - bits)) & 31]) }
        return String(decoding: result, as: UTF8.self)
    }

    /// Nil where a letter is none of them. Spaces and padding are left out.
    static func bytes(_ text: String) -> [UInt8]? {
        var buffer: UInt32 = 0
        var bits = 0
        var result: [UInt8] = []
        for letter in text.uppercased().utf8 where letter != 0x20 && letter != 0x3D {
            guard let value = letters.firstIndex(of: letter) else { return nil }
            buffer = buffer << 5 | UInt32(value)
            bits += 5
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
                buffer &= (1 << UInt32(bits)) - 1
            }
        }
        return result
    }
}
