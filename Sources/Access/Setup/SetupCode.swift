import Foundation
import Kernel

/// The code that proves one may read the journal of this machine: two groups of four letters, 40 random bits. Five
/// wrong ones lock set-up, so that is plenty.
enum SetupCode {
    /// Crockford's letters: none that look alike.
    private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    static func make() -> Secret<String> {
        Secret("\(RandomText.make(4, from: letters))-\(RandomText.make(4, from: letters))")
    }

    /// As it may have been typed: any case, with or without the dash, O for zero.
    static func normalised(_ text: String) -> String {
        var letters: [UInt8] = []
        for byte in text.uppercased().utf8.prefix(256) {
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\t"): continue
            case UInt8(ascii: "O"): letters.append(UInt8(ascii: "0"))
            case UInt8(ascii: "I"), UInt8(ascii: "L"): letters.append(UInt8(ascii: "1"))
            default: letters.append(byte)
            }
        }
        return String(decoding: letters, as: UTF8.self)
    }
}

/// `DATA/setup-code`: the code where only the owner of the daemon reads it, until it is used.
struct SetupCodeFile: Sendable {
    let path: String

    /// Made anew with mode 0600 and moved into place, so that it is never there half or with another mode.
    func write(_ code: Secret<String>) throws {
        let fresh = path + ".new"
        unlink(fresh)
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("written") }
        defer { close(descriptor) }
        let bytes = Array((code.reveal() + "\n").utf8)
        guard Foundation.write(descriptor, bytes, bytes.count) == bytes.count, fsync(descriptor) == 0,
            rename(fresh, path) == 0
        else {
            unlink(fresh)
            throw failure("written")
        }
    }

    func remove() {
        unlink(path)
    }

    private func failure(_ verb: String) -> AppError {
        AppError(.fault, "The set-up code could not be \(verb) to \(path): \(String(cString: strerror(errno))).")
    }
}
