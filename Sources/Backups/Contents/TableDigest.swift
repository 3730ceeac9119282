import Crypto
import Persistence

/// Counts rows and hashes them in the form that no engine owns.
struct TableDigest {
    private var digest = SHA256()
    private(set) var rows: Int64 = 0

    mutating func take(_ bytes: [UInt8], rows count: Int) {
        bytes.withUnsafeBytes { digest.update(bufferPointer: $0) }
        rows += Int64(count)
    }

    func finish() -> String { digest.finalize().hexText }
}

extension TableShape {
    /// Walks the table in its order, in runs of bytes of about `run`.
    func walk(
        in tx: any Session, columns names: [String]? = nil, run: Int = 64 << 10,
        _ body: ([UInt8], _ rows: Int) throws -> Void
    ) throws {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(run + run / 4)
        var count = 0
        try tx.each(selection(tx.dialect, columns: names)) { row in
            RowForm.append(row.values, to: &bytes)
            count += 1
            guard bytes.count >= run else { return }
            try body(bytes, count)
            bytes.removeAll(keepingCapacity: true)
            count = 0
        }
        if count > 0 { try body(bytes, count) }
    }

    /// What a database holds now, in the columns that are named.
    func digest(in tx: any Session, columns names: [String]) throws -> (rows: Int64, sha256: String) {
        var digest = TableDigest()
        try walk(in: tx, columns: names) { digest.take($0, rows: $1) }
        return (digest.rows, digest.finish())
    }
}
