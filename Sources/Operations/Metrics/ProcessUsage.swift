import Glibc

/// What the kernel says about this process. Reading it costs some ten microseconds, so only a scrape does.
struct ProcessUsage {
    let cpuSeconds: Double
    let residentBytes: Int
    let virtualBytes: Int
    let openDescriptors: Int
    let mostDescriptors: Int
    let threads: Int

    static func now() -> ProcessUsage {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let pages = numbers(in: "/proc/self/statm")
        let pageSize = Int(sysconf(Int32(_SC_PAGESIZE)))
        return ProcessUsage(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            residentBytes: (pages.count > 1 ? pages[1] : 0) * pageSize,
            virtualBytes: (pages.first ?? 0) * pageSize,
            openDescriptors: entries(of: "/proc/self/fd"),
            mostDescriptors: Int(clamping: limit.rlim_cur),
            threads: entries(of: "/proc/self/task"))
    }

    private static func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }

    private static func numbers(in path: String) -> [Int] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &buffer, buffer.count)
        guard count > 0 else { return [] }
        return String(decoding: buffer[..<count], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
    }

    private static func entries(of path: String) -> Int {
        guard let directory = opendir(path) else { return 0 }
        defer { closedir(directory) }
        var count = 0
        while let entry = readdir(directory) {
            // The names are digits; `.` and `..` are not counted.
            if entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        return count
    }
}
