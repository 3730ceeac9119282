import Kernel

/// Why a file is not taken for a backup, or not believed. Each reason has a sentence of its own for the person.
package enum BackupFileError: Error, Equatable, Sendable {
    /// It begins with something else.
    case notABackup
    /// It ends within its header.
    case headerCutOff
    /// The header is not what was written: its checksum differs, or it cannot be read.
    case headerDamaged
    case newerFormat(Int)
    /// The header asks for more memory or time than a backup of this program ever does.
    case unbearable(String)
    case wrongPassphrase
    /// The key that was given is not the one of this file.
    case wrongKey(needed: String)
    /// The passphrase is right, and the header was changed by somebody who mended its checksum.
    case headerAltered
    /// Counted from 1; the offset is where the chunk begins in the file.
    case chunkChanged(Int, offset: Int64)
    case chunkMoved(Int, belongsAt: Int)
    case cutOff(afterChunk: Int)
    case appended(offset: Int64)
    /// Everything opens, and what is inside is not what a backup holds.
    case contentsUnreadable(String)

    package var sentence: String {
        switch self {
        case .notABackup: "This is not a backup of Circuit Breaker: it begins with something else."
        case .headerCutOff: "The backup ends within its header: most of the file is missing. Fetch it again."
        case .headerDamaged: "The header of the backup is damaged. Fetch the file again, or take another backup."
        case .newerFormat(let version):
            "The backup has format \(version), and this version reads formats up to \(BackupHeader.formatVersion). "
                + "Restore it with a newer version of Circuit Breaker."
        case .unbearable(let what): "The header of the backup asks for \(what), which no backup does. It is refused."
        case .wrongPassphrase: "The passphrase does not open this backup."
        case .wrongKey(let needed):
            "The backup was made with the key \(needed), which is not the one at hand. Give its passphrase."
        case .headerAltered: "The header of the backup was altered after it was made. Take another backup."
        case .chunkChanged(let number, let offset):
            "Chunk \(number) of the backup, at byte \(offset), was changed. Fetch the file again, or take another one."
        case .chunkMoved(let number, let place):
            "Chunk \(number) of the backup belongs at place \(place): parts of the file were moved. Fetch it again."
        case .cutOff(let chunk):
            "The backup ends after chunk \(chunk), and its end is missing: the file was cut off. Fetch it again."
        case .appended(let offset):
            "Something was appended to the backup: it ends at byte \(offset), and the file goes on. Fetch it again."
        case .contentsUnreadable(let what): "The backup opens, and its contents cannot be read: \(what)."
        }
    }
}

extension BackupFileError: CustomStringConvertible {
    package var description: String { sentence }

    package var appError: AppError { AppError(.invalid, sentence, cause: self) }
}
