internal import CSystemd
import ServiceLifecycle

/// Gives memory back that the start, an import or a busy hour needed and nobody needs any more. glibc keeps it
/// otherwise, in as many arenas as there are threads.
package struct HeapTrim: Service {
    /// Trimming takes about a millisecond, so once a minute costs nothing that shows.
    private static let pause: Duration = .seconds(60)

    package init() {}

    /// To be called before the first thread starts.
    package static func limitArenas() { cb_heap_limit_arenas(2) }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            // The first time soon: what reading the map took is garbage by then.
            try? await Task.sleep(for: .seconds(1))
            while !Task.isCancelled {
                cb_heap_trim()
                try? await Task.sleep(for: Self.pause)
            }
        }
    }
}
