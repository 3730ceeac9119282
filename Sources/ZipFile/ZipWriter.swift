/// Writes an archive, entry by entry. All carry the same date, so that the same entries give the same bytes.
package struct ZipWriter: Sendable {
    private var body: [UInt8] = []
    private var directory: [UInt8] = []
    private var count = 0

    package init() {}

    /// What shrinks to less than a fiftieth is stored as it is: readers take very small archives of very long texts for bombs.
    package mutating func add(_ path: String, _ bytes: [UInt8]) {
        let packed = Inflation.deflate(bytes)
        let isPacked = packed.map { $0.count < bytes.count && $0.count * 50 > bytes.count } ?? false
        let data = isPacked ? packed ?? bytes : bytes
        let offset = body.count
        let name = Array(path.utf8)
        let facts =
            // The names are UTF-8; 1 January 1980.
            little(0x0800, 2) + little(isPacked ? 8 : 0, 2) + little(0, 2) + little(0x21, 2)
            + little(Int(Inflation.checksum(bytes)), 4) + little(data.count, 4) + little(bytes.count, 4)
            + little(name.count, 2) + little(0, 2)
        body += little(0x0403_4B50, 4) + little(20, 2) + facts + name + data
        directory += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + facts
        directory += little(0, 2) + little(0, 2) + little(0, 2) + little(0, 4) + little(offset, 4) + name
        count += 1
    }

    package var bytes: [UInt8] {
        let end =
            little(0x0605_4B50, 4) + little(0, 4) + little(count, 2) + little(count, 2) + little(directory.count, 4)
            + little(body.count, 4) + little(0, 2)
        return body + directory + end
    }

    private func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}
