import Glibc
import ServiceLifecycle

/// Gives memory back that the start, an import or a busy hour needed and nobody needs any more. glibc keeps it
/// otherwise, in as many arenas as there are threads.
struct HeapTrim: Service {
    /// Trimming takes about a millisecond, so once a minute costs nothing that shows.
    private static let pause: Duration = .seconds(60)

    /// Before the first thread starts.
    static func limitArenas() {
        mallopt(M_ARENA_MAX, 2)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // The first time soon: what reading the map took is garbage by then.
            try? await Task.sleep(for: .seconds(1))
            while !Task.isCancelled {
                malloc_trim(0)
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
